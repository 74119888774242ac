// Package all is the list of languages. Their order decides nothing.
package all

import (
	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/detect/golang"
	"github.com/dockgen/dockgen/detect/java"
	"github.com/dockgen/dockgen/detect/node"
	"github.com/dockgen/dockgen/detect/python"
	"github.com/dockgen/dockgen/detect/rust"
	"github.com/dockgen/dockgen/detect/static"
	"github.com/dockgen/dockgen/detect/unsupported"
)

// Languages are all that dockgen can build, and the one that names what it cannot.
func Languages() []detect.Language {
	return []detect.Language{
		golang.Language{},
		java.Language{},
		node.Language{},
		python.Language{},
		rust.Language{},
		static.Language{},
		unsupported.Language{},
	}
}

// Package all is the list of languages. Their order decides nothing.
package all

import (
	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/detect/golang"
	"github.com/dockgen/dockgen/detect/static"
)

// Languages are all that dockgen can build.
func Languages() []detect.Language {
	return []detect.Language{
		golang.Language{},
		static.Language{},
	}
}

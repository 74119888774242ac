package node

import (
	_ "embed"
	"encoding/json"
	"sync"
)

//go:embed data/packages.json
var packagesText []byte

// special is a package that needs more of an image than Node.js itself.
type special struct {
	Script   bool     `json:"script"`          // its install script must run
	Never    bool     `json:"never"`           // its install script must not run: it downloads what an image does not use
	Compile  bool     `json:"compile"`         // it may be compiled: a C++ compiler and Python
	Build    []string `json:"build,omitempty"` // Debian packages to build it
	Run      []string `json:"run,omitempty"`   // Debian packages to run it
	ABuild   []string `json:"alpineBuild,omitempty"`
	ARun     []string `json:"alpineRun,omitempty"`
	NoAlpine string   `json:"noAlpine,omitempty"` // why it does not run on Alpine
	Shell    string   `json:"shell,omitempty"`    // why it does not run without a shell or other programs
	Browser  bool     `json:"browser,omitempty"`  // its own command installs the browser that it starts
	Env      []string `json:"env,omitempty"`      // NAME=value of both stages
	RunEnv   []string `json:"runEnv,omitempty"`   // NAME=value of the final image
	ARunEnv  []string `json:"alpineRunEnv,omitempty"`
	Before   int      `json:"before,omitempty"` // holds only for majors below this one
	Note     string   `json:"note,omitempty"`   // what the user should know
}

type specialList struct {
	Date     string              `json:"date"`
	Source   string              `json:"source"`
	Packages map[string]special  `json:"packages"`
	Commands map[string][]string `json:"commands"` // Debian packages that bring a program
	Builders []string            `json:"builders"` // packages that only build or test: what they bring is not needed at run time, wherever they are listed
	Harmless []string            `json:"harmless"` // packages whose install script is of no use in an image
}

var specials = sync.OnceValue(func() specialList {
	var list specialList
	if err := json.Unmarshal(packagesText, &list); err != nil {
		panic("node: data/packages.json: " + err.Error()) // our own data: a test reads it
	}
	return list
})

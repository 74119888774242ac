package java

import (
	_ "embed"
	"encoding/json"
	"strings"
	"sync"

	"github.com/dockgen/dockgen/internal/catalogue"
)

//go:embed data/frameworks.json
var frameworksJSON []byte

// knowledge are the dated facts about frameworks and tools, from data/frameworks.json.
type knowledge struct {
	Date    string                 `json:"date"`
	Parents map[string]knownParent `json:"parents"`
	Boot    []javaRange            `json:"boot"`
	Gradle  []javaRange            `json:"gradle"`
	Servers struct {
		Ports map[string]int `json:"ports"` // 0: opens one, and the code says which
		Older map[string]struct {
			Below string `json:"below"`
			Port  int    `json:"port"`
		} `json:"older"` // ports that a library had before a version
	} `json:"servers"`
	Plugins  map[string]string `json:"plugins"`
	Catalogs struct {
		Names map[string]publishedCatalog `json:"names"` // as the settings script usually calls it
	} `json:"catalogs"`
	Jlink jlinkTable `json:"jlink"`
	// Native are the oldest Java versions of GraalVM that frameworks take.
	Native struct {
		Minimum []nativeMinimum `json:"minimum"`
	} `json:"native"`
	Tomcat struct {
		// Javax are libraries of the packages javax, which Tomcat has up to 9.
		Javax []struct {
			Library string `json:"library"`
			Below   string `json:"below"` // first version with the packages jakarta, "" where none has them
		} `json:"javax"`
		Java map[string]string `json:"java"` // the oldest that a line runs on
	} `json:"tomcat"`
	// FullServers tell that a war is for a server with more than servlets.
	FullServers struct {
		Plugins   []string `json:"plugins"`
		Libraries []string `json:"libraries"`
	} `json:"fullServers"`
	// Desktop are plugins and libraries of programs that open windows.
	Desktop struct {
		Plugins   []string `json:"plugins"`
		Libraries []string `json:"libraries"`
	} `json:"desktop"`
	// Minimum are the oldest Java versions of frameworks, from a version of theirs on.
	Minimum struct {
		Frameworks []frameworkMinimum `json:"frameworks"`
	} `json:"minimum"`
	Skip struct {
		Flags map[string]string `json:"flags"` // by plugin
	} `json:"skip"`
	Public struct {
		Hosts []string `json:"hosts"` // and what is below them
	} `json:"public"`
}

// publishedCatalog is a version catalog that a framework publishes.
type publishedCatalog struct {
	Group   string            `json:"group"`
	Prefix  string            `json:"prefix"` // of each artifact
	Plugins map[string]string `json:"plugins"`
}

// frameworkMinimum is the oldest Java version that a framework runs on, from one of its
// versions on: that of a bom, or of a library.
type frameworkMinimum struct {
	Who   string   `json:"who"`
	Names []string `json:"names"` // group:artifact
	From  string   `json:"from"`
	Java  int      `json:"java"`
}

// nativeMinimum is the oldest Java version of GraalVM that a framework takes.
type nativeMinimum struct {
	Who       string `json:"who"`
	Libraries string `json:"libraries"`      // pattern of a dependency that tells of it
	From      string `json:"from,omitempty"` // of that Spring Boot version on
	Java      int    `json:"java"`
}

// knownParent is a published parent pom: what a project inherits from it.
type knownParent struct {
	Repackage  bool                         `json:"repackage"`  // it binds spring-boot:repackage
	Properties map[string]map[string]string `json:"properties"` // by major version
	// Native is its profile for a native executable; Bound where that runs the compiler.
	Native struct {
		Profile string `json:"profile"`
		Bound   bool   `json:"bound"`
	} `json:"native"`
}

// javaRange are the Java versions that a line of a tool runs on; 0 is no bound.
type javaRange struct {
	Line string `json:"line"`
	Min  int    `json:"min"`
	Max  int    `json:"max"`
	// Gradle is the newest major version of it that a line of Spring Boot runs on, 0 for all.
	Gradle int `json:"gradle,omitempty"`
}

// jlinkTable are the modules that a program reaches by name only.
type jlinkTable struct {
	Always    []string            `json:"always"`
	Until     map[string]int      `json:"until"` // the last Java version that has it as a module of its own
	Libraries map[string][]string `json:"libraries"`
}

var known = sync.OnceValue(func() knowledge {
	var k knowledge
	if err := json.Unmarshal(frameworksJSON, &k); err != nil {
		panic("java: data/frameworks.json: " + err.Error()) // our own data: TestKnown reads it
	}
	return k
})

// publishedPlugin is the plugin behind an alias of a catalog that a framework publishes: ktorLibs.plugins.ktor.
func (k knowledge) publishedPlugin(alias string) string {
	name, rest, ok := strings.Cut(alias, ".plugins.")
	if !ok {
		return ""
	}
	return k.Catalogs.Names[name].Plugins[rest]
}

// publishedLibrary is the group:artifact behind ktorLibs.server.netty.
func (k knowledge) publishedLibrary(alias string) string {
	name, rest, _ := strings.Cut(alias, ".")
	c, ok := k.Catalogs.Names[name]
	if !ok || rest == "" {
		return ""
	}
	return c.Group + ":" + c.Prefix + strings.ReplaceAll(rest, ".", "-")
}

// lineOf is the range of the line that a version belongs to: "3.3.4" to "3.3". The
// lists go from new to old; with atLeast, a line holds until the next one.
func lineOf(ranges []javaRange, version string, atLeast bool) (javaRange, bool) {
	for _, r := range ranges {
		if version == r.Line || strings.HasPrefix(version, r.Line+".") || (atLeast && catalogue.Compare(numeric(version), r.Line) >= 0) {
			return r, true
		}
	}
	return javaRange{}, false
}

// numeric is the leading numbers of a version: "2.3.0.RELEASE" to "2.3.0".
func numeric(version string) string {
	end := strings.IndexFunc(version, func(r rune) bool { return r != '.' && (r < '0' || r > '9') })
	if end >= 0 {
		version = version[:end]
	}
	return strings.Trim(version, ".")
}

package check

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"sync"
)

//go:embed data.json
var dataJSON []byte

// facts are the outside facts that rules rest on, dated and with their sources.
type facts struct {
	Date   string `json:"date"`
	Suites struct {
		Source string  `json:"source"`
		List   []suite `json:"list"`
	} `json:"suites"`
	Releases struct {
		Source string            `json:"source"`
		Suite  map[string]string `json:"suite"` // by IMAGE:RELEASE
	} `json:"releases"`
	Retired struct {
		Source string    `json:"source"`
		List   []retired `json:"list"`
	} `json:"retired"`
	Others struct {
		Source   string            `json:"source"`
		Version  map[string]string `json:"version"`  // to name, of images that the catalogue does not have
		Named    map[string]string `json:"named"`    // repositories that name their release
		Floating []string          `json:"floating"` // words of tags that name no version
		// Distributions are repositories of which a release is the version.
		Distributions []string `json:"distributions"`
		Kinds         []string `json:"kinds"` // words of tags that name another kind of image; the last one matters least
	} `json:"others"`
	Wishes struct {
		Source  string   `json:"source"`
		Sources []string `json:"sources"` // what a source of a version is called that asks for nothing
	} `json:"wishes"`
	Bases struct {
		Source   string   `json:"source"`
		Alpine   string   `json:"alpine"`   // the distribution's own image, and how its tags begin elsewhere
		Bare     []string `json:"bare"`     // prefixes of repositories
		Debian   []string `json:"debian"`   // a plain tag of these is Debian or Ubuntu
		OnAlpine []string `json:"onAlpine"` // their tags of alpine have its commands and no more
		OnSlim   []string `json:"onSlim"`   // likewise of slim
	} `json:"bases"`
	Unprivileged struct {
		Source string            `json:"source"`
		Image  map[string]string `json:"image"`
	} `json:"unprivileged"`
	Root struct {
		Source   string   `json:"source"`
		Images   []string `json:"images"`
		Commands []string `json:"commands"` // of those, images that start a server of their own
	} `json:"root"`
	Compilers struct {
		Source   string   `json:"source"`
		Images   []string `json:"images"`
		Packages []string `json:"packages"`
		With     []string `json:"with"`  // packages that only a compiler gives a meaning
		Words    []string `json:"words"` // first words of commands that compile
		Runs     []string `json:"runs"`  // parts of words that say that such a command runs a program
	} `json:"compilers"`
	Libraries struct {
		Source    string              `json:"source"`
		Alone     []string            `json:"alone"`     // packages that bring no library which a project loads
		Providers map[string][]string `json:"providers"` // other packages that bring a library, by its stem
	} `json:"libraries"`
	Programs struct {
		Source string   `json:"source"`
		Ends   []string `json:"ends"` // of names of files that a command runs or reads
	} `json:"programs"`
	Aside struct {
		Source string   `json:"source"`
		Words  []string `json:"words"`
	} `json:"aside"`
	Assembled struct {
		Source  string   `json:"source"`
		Folders []string `json:"folders"`
	} `json:"assembled"`
	Scripts struct {
		Source string   `json:"source"`
		Names  []string `json:"names"` // in lower case
		Ends   []string `json:"ends"`
	} `json:"scripts"`
	Linkers struct {
		Source  string   `json:"source"`
		Static  []string `json:"static"`  // words that say that a program needs no C library of the image
		Without []string `json:"without"` // prefixes of repositories
		Bridges []string `json:"bridges"` // packages
		List    []linker `json:"list"`
	} `json:"linkers"`
	NativeFolders struct {
		Source string   `json:"source"`
		Names  []string `json:"names"`
	} `json:"nativeFolders"`
	Secrets struct {
		Source string   `json:"source"`
		Words  []string `json:"words"`
		Not    []string `json:"not"`
		Kinds  []string `json:"kinds"`  // last words of names that say something about a secret
		Public []string `json:"public"` // first letters of names whose values a build publishes
		Shown  []string `json:"shown"`  // in names of keys that are made to be shown to everyone
		Files  []string `json:"files"`
	} `json:"secrets"`
	Answered struct {
		Source string
		Paths  []string // that nothing in the sources need name
		Bases  []string // of images of languages whose frameworks answer more than those
		Aside  []string // endings of files that name a path without answering it
	} `json:"answered"`
	Tools struct {
		Source  string              `json:"source"`
		Missing map[string][]string `json:"missing"`
	} `json:"tools"`
	Installers struct {
		Source  string      `json:"source"`
		Runners []string    `json:"runners"` // commands that run what is installed
		List    []installer `json:"list"`
		// Tools are the packages of commands that have another name.
		Tools    map[string]string `json:"tools"`
		Loads    []string          `json:"loads"`    // flags that take a package to load first
		Wrappers []string          `json:"wrappers"` // commands that run the command behind them
	} `json:"installers"`
	Builders struct {
		Source string    `json:"source"`
		List   []builder `json:"list"`
	} `json:"builders"`
}

// suite is a release of a distribution, as image tags name it.
type suite struct {
	Word   string `json:"word"`
	Family string `json:"family"`
	Order  int    `json:"order"`
	Libc   int    `json:"libc"` // 2.N of its glibc, 0 for none
	EOL    string `json:"eol"`
}

// retired is a repository of images that nobody makes any more.
type retired struct {
	Image   string `json:"image"`   // repository; * stands for a part of a name
	Since   string `json:"since"`   // day of the last fixes, ISO 8601
	But     string `json:"but"`     // word of the tags that are still made
	Instead string `json:"instead"` // repository that takes its place, "" where none does
	Plain   string `json:"plain"`   // word that its tags mean where they have none that names a kind
}

// installer is a package manager as it shows in RUN instructions.
type installer struct {
	Manager     string   `json:"manager"`
	Lockfiles   []string `json:"lockfiles"`
	Manifests   []string `json:"manifests"`
	Install     []string `json:"install"`     // commands that install dependencies, as first words
	Needs       []string `json:"needs"`       // words without which they do something else
	Loose       []string `json:"loose"`       // those that may change or disregard the lockfile
	Holds       []string `json:"holds"`       // words that make a loose one strict
	LooseWith   []string `json:"looseWith"`   // words that make a strict one loose
	Verifies    bool     `json:"verifies"`    // the lockfile holds no versions, only sums of what the manifest names
	Strict      string   `json:"strict"`      // what to write instead
	Development []string `json:"development"` // commands that install development dependencies too
	Production  []string `json:"production"`  // words that leave those out
	Declared    string   `json:"declared"`    // key of the manifest that lists them
	Adds        bool     `json:"adds"`        // a word that is no flag's names a package to add
	Values      []string `json:"values"`      // flags that take the next word
	Members     []string `json:"members"`     // files, or FILE#KEY, that declare a workspace
}

// linker is a compiler that links programs to the C library of the image it runs in.
type linker struct {
	Build   []string `json:"build"`   // first words of its commands
	Certain bool     `json:"certain"` // it links every program
	Where   string   `json:"where"`   // else those of which this holds
	Try     string   `json:"try"`
}

// builder is a tool that fetches dependencies while it compiles a program.
type builder struct {
	Build    []string `json:"build"`    // first words of its commands; the first one stands for all
	Manifest string   `json:"manifest"` // COPY of it alone shows that the layers are parted
	Lockfile string   `json:"lockfile"` // file without which there are no dependencies to fetch
	Kept     []string `json:"kept"`     // files or folders of the context that hold them
	Fetch    []string `json:"fetch"`    // commands that fetch them ahead
	Does     string   `json:"does"`
	Try      string   `json:"try"`
}

var data = sync.OnceValue(func() facts {
	var f facts
	d := json.NewDecoder(bytes.NewReader(dataJSON))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		panic("check: data.json: " + err.Error()) // our own data: every test of a rule reads it
	}
	return f
})

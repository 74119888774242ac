package rust

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/catalogue"
	"github.com/dockgen/dockgen/templates"
)

var buildTemplate = templates.Must[buildView]("rust/build.tmpl")

// root is the folder that mirrors the context, in the build stage and in the final
// one: paths that the compiler writes into the program hold in both.
const root = "/app"

// buildView is what rust/build.tmpl prints.
type buildView struct {
	Builder   string
	Packages  *templates.Packages
	Root      string
	Toolchain *templates.Files // rust-toolchain file that rustup installs from, in a layer of its own
	Env       []templates.Var
	EnvWhy    string // ids of its reasons
	Supplies  []templates.Files
	Dir       string // folder in which cargo runs, "" for Root
	Cache     string // id of the cache of compiled code, "" where a layer holds it
	Host      bool   // --target names the host, so that flags of a static program are not those of build scripts and macros, and no other target holds
	Image     bool   // the image's toolchain overrides the rust-toolchain file
	Command   []string
	Out       string // the program, where cargo leaves it
	Binary    string
	Secrets   []string // ids of the tokens of private registries
	Data      bool     // an empty folder to copy from is wanted
}

// runView is what the templates of the final stage print.
type runView struct {
	Builder      string
	Base         string
	Packages     []string
	Workdir      string
	Files        []templates.Files
	Data         []dataView
	Volumes      []string
	Zones        bool // wanted in a scratch image
	Binary       string
	Env          []templates.Var
	EnvWhy       string // ids of its reasons
	User         string
	Owner        string // of what the program writes: group 0, so that any user of that group may too
	Port         int
	Stop         string
	Health       []string // a probe in exec form, none where nothing in the image can ask
	Entrypoint   []string
	Arguments    []string
	ArgumentsWhy string // ids of its reasons
}

func (c *crate) buildView(f facts) buildView {
	v := buildView{
		Builder: f.toolchain.ref(map[string]string{"alpine": "alpine", "debian": "slim"}[f.final.distribution]),
		Root:    root, Binary: binaryName(f.program.bin.name), Cache: binaryName(c.name.Value) + "-target",
		EnvWhy: "linking", Env: []templates.Var{{Name: "CARGO_TARGET_DIR", Value: "/target"}},
	}
	if !c.strips() {
		v.Env = append(v.Env, templates.Var{Name: "CARGO_PROFILE_RELEASE_STRIP", Value: "symbols"})
	}
	if offline, _ := c.sqlx(f.program); offline.Known() {
		v.Env = append(v.Env, templates.Var{Name: "SQLX_OFFLINE", Value: "true"})
		v.EnvWhy += " sqlx"
	}
	if f.final.static {
		v.Env = append(v.Env, staticEnv(f.needs)...)
	} else if f.final.distribution == "alpine" {
		v.Env = append(v.Env, templates.Var{Name: "RUSTFLAGS", Value: "-C target-feature=-crt-static"})
	}
	if names := c.buildPackages(f); len(names) > 0 {
		v.Packages = &templates.Packages{Alpine: f.final.distribution == "alpine", Names: names}
	}
	switch {
	case f.toolchain.rustup.Known():
		v.Toolchain = &templates.Files{From: []string{f.request.InContext(f.toolchain.file)}, To: "./"}
	case f.toolchain.file != "":
		v.Image = true
	}
	if dir := f.request.InContext(c.top()); dir != "." {
		v.Dir = root + "/" + dir
	}
	for _, s := range f.request.Supplies {
		if !s.Need.Build { // the final stage takes it
			continue
		}
		v.Supplies = append(v.Supplies, templates.Files{Stage: s.Stage, From: []string{s.From}, To: "./" + f.request.InContext(s.Path)})
	}
	for _, r := range c.privateRegistries(f) {
		v.Secrets = append(v.Secrets, tokenName(r.Value))
	}
	v.Command = c.command(f)
	v.Out = "/target/release/" + f.program.bin.name
	// rustc --print host-tuple came with 1.84 (https://releases.rs/docs/1.84.0/, 2026-11).
	plain := binaryName(f.program.bin.name) == f.program.bin.name
	// Named, it also goes before the target of Cargo's configuration, which the image may not be.
	v.Host = (f.final.static || f.config.target.Known()) && plain && !f.toolchain.rustup.Known() && catalogue.Compare(f.toolchain.line.Version, "1.84") >= 0
	if f.config.target.Known() && !v.Host {
		v.Out = "/target/" + f.config.target.Value + "/release/" + f.program.bin.name
	}
	return v
}

// command is the cargo build of the program.
func (c *crate) command(f facts) []string {
	words := []string{"cargo", "build", "--release"}
	if f.lock != nil && !f.drifted.Known() {
		words = append(words, "--locked")
	}
	if c.workspace != nil && (c.workspace != c || len(c.workspace.members()) > 0) {
		words = append(words, "--package", c.name.Value)
	}
	words = append(words, "--bin", f.program.bin.name)
	if f.bare {
		words = append(words, "--no-default-features")
	}
	if len(f.features) > 0 {
		words = append(words, "--features", strings.Join(f.features, ","))
	}
	return words
}

// strips reports whether the manifest says itself whether symbols are stripped.
func (c *crate) strips() bool {
	manifest := c
	if c.workspace != nil {
		manifest = c.workspace
	}
	return manifest.doc.Get("profile", "release", "strip") != nil
}

func staticEnv(needs []requirement) []templates.Var {
	var vars []templates.Var
	for _, r := range needs {
		if r.own {
			continue
		}
		for name, value := range r.Env {
			vars = append(vars, templates.Var{Name: name, Value: value})
		}
	}
	slices.SortFunc(vars, func(a, b templates.Var) int { return strings.Compare(a.Name, b.Name) })
	return slices.Compact(vars)
}

func (c *crate) buildPackages(f facts) []string {
	names, _ := packages(f.needs, f.final.distribution)
	for _, p := range in(f.config.tools, f.final.distribution) {
		names = append(names, p.Value)
	}
	if !f.config.gitCommand.IsZero() {
		names = append(names, "git")
	}
	for _, run := range c.scriptRuns() {
		if name := buildTools[run.Value][f.final.distribution]; name != "" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func (c *crate) runView(f facts, b buildView, n settled) runView {
	v := runView{
		Builder: b.Builder, Base: f.final.image, Packages: f.final.packages, Binary: b.Binary, Env: n.env, User: f.final.user + ":" + f.final.user,
		Port: n.port.Value, Stop: n.stop, Entrypoint: []string{"/usr/local/bin/" + b.Binary}, Arguments: n.arguments,
		Owner: f.final.user + ":0", Zones: !c.zones(f.program).IsZero(), ArgumentsWhy: n.argumentsWhy(),
	}
	v.Files, v.Workdir, v.Data = f.disk.files, f.disk.workdir, f.disk.data
	for _, d := range v.Data {
		if d.To != root { // a volume over the files of the image would keep old ones
			v.Volumes = append(v.Volumes, d.To)
		}
	}
	if health := f.program.healthPath(); f.final.name == detect.Alpine && n.port.Known() && health.Known() {
		v.Health = []string{"wget", "-q", "--spider", fmt.Sprintf("http://127.0.0.1:%d%s", n.port.Value, health.Value)}
	}
	var why []string
	for _, r := range n.reasons {
		if r.ID != "stop" && r.ID != "arguments" {
			why = append(why, r.ID)
		}
	}
	v.EnvWhy = strings.Join(why, " ")
	return v
}

// binaryName is a target's name as a file name: cargo allows letters of any script.
func binaryName(name string) string {
	name = strings.Map(func(r rune) rune {
		if r < 128 && (r == '-' || r == '_' || r == '.' || (r >= '0' && r <= '9') || (r >= 'A' && r <= 'Z') || (r >= 'a' && r <= 'z')) {
			return r
		}
		return '-'
	}, name)
	if name = strings.Trim(name, "-."); name == "" {
		return "app"
	}
	return name
}

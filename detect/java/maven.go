package java

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/catalogue"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
	"github.com/dockgen/dockgen/internal/repo"
	"github.com/dockgen/dockgen/internal/shell"
)

// reactor are the poms that one run of Maven builds.
type reactor struct {
	view *repo.View
	top  *pom
	poms []*pom // the top and its modules, sorted by folder
	// deployed is the profile of what is deployed, where the build makes something else without it.
	deployed fact.Of[string]
	// What was found of a pom already: a reactor may have a thousand, each with many others below it.
	copies, needed map[*pom][]*pom
	pages          map[*pom]*frontend
}

// notBuilt are folders whose poms are data: archetypes, resources, tests' fixtures.
func notBuilt(file string) bool {
	dir := "/" + path.Dir(file) + "/"
	return strings.Contains(dir, "/src/main/") || strings.Contains(dir, "/src/test/") || strings.Contains(dir, "/src/it/") || strings.Contains(dir, "/target/")
}

// mavenModules are the modules of every reactor, sorted by folder.
func mavenModules(ctx context.Context, v *repo.View) ([]*module, error) {
	poms := map[string]*pom{}
	for _, file := range v.Named("pom.xml") {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if notBuilt(file) {
			continue
		}
		p, err := readPOM(v, file)
		if err != nil {
			return nil, err
		}
		poms[file] = p
	}
	adopt(v, poms)
	var all []*module
	for _, r := range reactors(v, poms) {
		given, profiles, err := mavenConfig(v, r.top.dir)
		if err != nil {
			return nil, err
		}
		if len(profiles) == 0 {
			if r.deployed = r.insteadOfDevelopment(); r.deployed.Known() {
				profiles = []string{r.deployed.Value}
			}
		}
		for _, p := range r.poms {
			p.given = given
		}
		for _, p := range r.poms {
			p.on = map[*pom][]*element{}
			for _, q := range p.ancestry() {
				p.on[q] = p.activeProfiles(v, q, profiles)
			}
		}
		for _, p := range r.poms {
			m, err := r.module(p)
			if err != nil {
				return nil, err
			}
			all = append(all, m)
		}
	}
	slices.SortFunc(all, func(a, b *module) int { return strings.Compare(a.dir, b.dir) })
	return all, nil
}

// reactors groups the poms: each belongs to the topmost one that lists it in its modules.
func reactors(v *repo.View, poms map[string]*pom) []*reactor {
	above := map[*pom]*pom{}
	files := make([]string, 0, len(poms))
	for file := range poms {
		files = append(files, file)
	}
	slices.Sort(files)
	for _, file := range files {
		p := poms[file]
		for _, list := range append(p.root.find("modules"), p.root.find("subprojects")...) {
			for _, e := range list.kids {
				child := path.Join(p.dir, e.text)
				if !strings.HasSuffix(child, ".xml") {
					child = path.Join(child, "pom.xml")
				}
				if q := poms[child]; q != nil && q != p && above[q] == nil {
					above[q] = p
				}
			}
		}
	}
	byTop := map[*pom]*reactor{}
	var all []*reactor
	for _, file := range files {
		top := poms[file]
		for steps := 0; above[top] != nil && steps < len(poms); steps++ {
			top = above[top]
		}
		r := byTop[top]
		if r == nil {
			r = &reactor{view: v, top: top, copies: map[*pom][]*pom{}, needed: map[*pom][]*pom{}, pages: map[*pom]*frontend{}}
			byTop[top] = r
			all = append(all, r)
		}
		r.poms = append(r.poms, poms[file])
	}
	return all
}

// mavenConfig are the properties and profiles that .mvn/maven.config passes to
// every run (https://maven.apache.org/configure.html#mvn-maven-config-file).
func mavenConfig(v *repo.View, dir string) (given map[string]string, profiles []string, err error) {
	file := path.Join(dir, ".mvn/maven.config")
	source, err := v.Read(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	given = map[string]string{}
	var args []string
	for line := range strings.Lines(string(source)) { // one argument a line since 3.9, words before
		if parsed, err := shell.Parse(line); err == nil {
			for _, c := range parsed.Commands {
				for _, a := range c.Env {
					args = append(args, a.Name+"="+a.Value.Text)
				}
				args = append(args, c.Argv()...)
			}
		}
	}
	for i, a := range args {
		switch {
		case strings.HasPrefix(a, "-D"):
			name, value, _ := strings.Cut(a[2:], "=")
			given[name] = value
		case a == "-P" && i+1 < len(args):
			profiles = append(profiles, strings.Split(args[i+1], ",")...)
		case strings.HasPrefix(a, "-P"):
			profiles = append(profiles, strings.Split(a[2:], ",")...)
		}
	}
	return given, profiles, nil
}

// activeProfiles are the profiles of the pom, or of a parent of it, that are on without being named on the
// command line, or that are named. https://maven.apache.org/guides/introduction/introduction-to-profiles.html
// A profile that waits for a JDK is judged off: the JDK is ours to choose.
func (p *pom) activeProfiles(v *repo.View, of *pom, named []string) []*element {
	var on, byDefault []*element
	for _, e := range of.root.all("profiles", "profile") {
		id := e.value("id")
		if slices.Contains(named, "!"+id) || slices.Contains(named, "-"+id) {
			continue
		}
		a := e.at("activation")
		switch {
		case slices.Contains(named, id), a != nil && activates(v, p, a):
			on = append(on, e)
		case a != nil && a.value("activeByDefault") == "true":
			byDefault = append(byDefault, e)
		}
	}
	if len(on) == 0 {
		return byDefault
	}
	return on
}

func activates(v *repo.View, p *pom, a *element) bool {
	if f := a.at("file"); f != nil {
		exists, missing := f.value("exists"), f.value("missing")
		local := func(s string) string {
			return path.Join(p.dir, strings.NewReplacer("${basedir}/", "", "${project.basedir}/", "").Replace(s))
		}
		if exists != "" && !strings.Contains(local(exists), "${") {
			return v.Has(local(exists)) || v.HasDir(local(exists))
		}
		return missing != "" && !strings.Contains(local(missing), "${") && !v.Has(local(missing)) && !v.HasDir(local(missing))
	}
	if name := a.value("property", "name"); strings.HasPrefix(name, "!") {
		_, set := p.given[name[1:]]
		return !set
	} else if value, set := p.given[name]; name != "" && set {
		want := a.value("property", "value")
		return want == "" || want == value
	}
	if o := a.at("os"); o != nil {
		family, name := strings.ToLower(o.value("family")), strings.ToLower(o.value("name"))
		return (family == "unix" || family == "" && name == "linux") && o.value("arch") == ""
	}
	return false
}

// module is what a pom says of its folder.
func (r *reactor) module(p *pom) (*module, error) {
	name := p.property("project.artifactId")
	m := &module{
		tool: maven, view: r.view, root: r.top.dir, dir: p.dir, name: name.Value, title: "Maven project " + name.Value,
		at: name.From, libs: p.dependencies(), reach: r.outside(p), property: p.property,
	}
	if m.at.IsZero() {
		m.at = fact.At(p.file, p.root.line, "project")
	}
	var err error
	if m.wrapper, err = findWrapper(r.view, r.top.dir, maven); err != nil {
		return nil, err
	}
	m.reach = append(m.reach, m.wrapper.above(r.top.dir)...)
	m.uses = r.uses(p)
	for _, q := range r.copied(p) {
		m.uses = append(m.uses, q.dir)
	}
	if whole := r.top.property("project.artifactId"); p != r.top && whole.Known() {
		for _, kind := range []string{"-parent", "-root", "-reactor", "-aggregator", "-build"} {
			whole.Value = strings.TrimSuffix(whole.Value, kind)
		}
		m.whole = whole
	}
	packaging := p.property("project.packaging").Value
	m.sources, m.resources = mavenFolders(p)
	m.packed = p.packed()
	m.main = p.mainClass()
	m.releases = p.releases()
	m.artifact = r.artifact(p, packaging)
	for _, q := range r.built(p) {
		if m.frontend = r.page(q); m.frontend != nil {
			break
		}
	}
	m.executable = r.executable(p, m.artifact)
	private, plain := r.repositories(p)
	m.private = private
	if v := m.wrapper.version; m.wrapper.script == "" || !v.Known() || catalogue.Compare(numeric(v.Value), "3.8.1") >= 0 {
		m.mirrors = mirrors(plain)
		for _, q := range plain {
			m.notes = append(m.notes, q.note())
		}
	}
	if boot := m.artifact.boot; boot.Known() {
		if l, ok := lineOf(known().Boot, boot.Value, false); ok {
			m.limits = append(m.limits, limit{l.Min, l.Max, "Spring Boot " + boot.Value, boot.From})
		}
	}
	m.limits = append(m.limits, frameworks(func(name string) fact.Of[string] {
		if v := m.libs[name]; v.Value != "" {
			return v
		}
		return p.managedVersion(name)
	})...)
	if packaging == "pom" {
		m.nothing = "a parent or a list of modules"
	}
	m.notes = append(m.notes, p.fullServer(m)...)
	for _, q := range r.poms {
		for _, e := range q.root.all("dependencies", "dependency") {
			m.platform = m.platform || strings.Contains(e.value("classifier"), "os.detected")
		}
	}
	m.siblings = r.siblings(p)
	m.command = func(q commandRequest) command { return r.command(p, m, q) }
	if p.published(); m.artifact.boot.Value == "" && len(m.artifact.path) == 0 && packaging != "pom" && m.nothing == "" {
		m.nothing = "its packaging is " + packaging
	}
	return m, nil
}

// uses are the folders of the reactor's modules that a pom depends on.
func (r *reactor) uses(p *pom) []string {
	byName := map[string]string{}
	for _, q := range r.poms {
		byName[q.root.value("artifactId")] = q.dir
	}
	var dirs []string
	for _, q := range p.ancestry() {
		for _, e := range q.root.all("dependencies", "dependency") {
			if dir, ok := byName[e.value("artifactId")]; ok && e.value("scope") != "test" {
				dirs = append(dirs, dir)
			}
		}
	}
	return dirs
}

// packed are the folders from which the build of a pom takes files:
// <directory>${project.basedir}/../page/dist</directory> of its resources, or of a plugin that copies some.
func (p *pom) packed() []fact.Of[string] {
	var all []fact.Of[string]
	for _, q := range p.ancestry() {
		for _, root := range append(slices.Clone(p.on[q]), q.root) {
			for _, e := range root.at("build").find("directory") {
				if dir := p.of(e, "directory"); dir.Known() {
					dir.Value = path.Join(p.dir, dir.Value)
					all = append(all, dir)
				}
			}
		}
	}
	return all
}

// copied are the modules of the reactor from whose folders the build of a pom takes files.
func (r *reactor) copied(p *pom) []*pom {
	if all, known := r.copies[p]; known {
		return all
	}
	var all []*pom
	for _, dir := range p.packed() {
		for _, other := range r.poms {
			if !repo.Within(other.dir, p.dir) && !repo.Within(p.dir, other.dir) && repo.Within(other.dir, dir.Value) && !slices.Contains(all, other) {
				all = append(all, other)
			}
		}
	}
	r.copies[p] = all
	return all
}

// needs are the modules that a pom depends on, or takes files from.
func (r *reactor) needs(p *pom) []*pom {
	if all, known := r.needed[p]; known {
		return all
	}
	var all []*pom
	uses := map[string]bool{}
	for _, dir := range r.uses(p) {
		uses[dir] = true
	}
	for _, q := range r.poms {
		if uses[q.dir] || slices.Contains(r.copied(p), q) {
			all = append(all, q)
		}
	}
	r.needed[p] = all
	return all
}

// page is the page that the build of a pom makes itself, nil for none.
func (r *reactor) page(p *pom) *frontend {
	f, known := r.pages[p]
	if !known {
		f = p.frontend(r.view)
		r.pages[p] = f
	}
	return f
}

// built are the pom and the modules that its build needs, the pom first.
func (r *reactor) built(p *pom) []*pom {
	all, seen := []*pom{p}, map[*pom]bool{p: true}
	for i := 0; i < len(all); i++ {
		for _, q := range r.needs(all[i]) {
			if !seen[q] {
				seen[q] = true
				all = append(all, q)
			}
		}
	}
	return all
}

// selected are the modules that the command names: the pom, and those which
// Maven cannot know that it needs.
func (r *reactor) selected(p *pom) string {
	var names []string
	all, copied := r.built(p), map[*pom]bool{}
	for _, q := range all {
		for _, o := range r.copied(q) {
			copied[o] = true
		}
	}
	for i, q := range all {
		if i > 0 && !copied[q] {
			continue
		}
		name, ok := q.expand(":" + q.root.value("artifactId"))
		if !ok {
			name = repo.Rel(r.top.dir, q.dir)
		}
		names = append(names, name)
	}
	return strings.Join(names, ",")
}

// outside are the folders beside the reactor that the build of a pom reads: parents by relativePath.
func (r *reactor) outside(p *pom) []string {
	var dirs []string
	for _, q := range r.poms {
		for _, a := range q.ancestry() {
			if !repo.Within(r.top.dir, a.dir) {
				dirs = append(dirs, a.dir)
			}
		}
		if !repo.Within(r.top.dir, q.dir) {
			dirs = append(dirs, q.dir)
		}
	}
	slices.Sort(dirs)
	return slices.Compact(dirs)
}

// mavenFolders are the folders of main sources and resources
// (https://maven.apache.org/guides/introduction/introduction-to-the-standard-directory-layout.html).
func mavenFolders(p *pom) (sources, resources []string) {
	add := func(list []string, dir fact.Of[string]) []string {
		if !dir.Known() {
			return list
		}
		return append(list, path.Join(p.dir, strings.TrimPrefix(dir.Value, "./")))
	}
	source := p.setting("src/main/java", "build", "sourceDirectory")
	if value, ok := p.expand(source.Value); ok {
		sources = add(sources, fact.New(value, source.From))
	}
	for _, lang := range []string{"java", "kotlin", "groovy", "scala"} {
		sources = add(sources, fact.New("src/main/"+lang, fact.Default("")))
	}
	for _, e := range p.plugin("kotlin-maven-plugin") {
		for _, d := range e.find("sourceDir") {
			sources = add(sources, p.of(d, "sourceDir"))
		}
	}
	for _, q := range p.ancestry()[:1] {
		for _, e := range q.root.all("build", "resources", "resource") {
			resources = add(resources, p.of(e.at("directory"), "resources"))
		}
	}
	resources = add(resources, fact.New("src/main/resources", fact.Default("")))
	slices.Sort(sources)
	slices.Sort(resources)
	return slices.Compact(sources), slices.Compact(resources)
}

// siblings are the modules of the reactor that building p does not need: no pom of
// its closure names their artifact, in any place, or takes files from their folders.
func (r *reactor) siblings(p *pom) []sibling {
	needed := map[*pom]bool{}
	byName := map[string][]*pom{}
	for _, q := range r.poms {
		byName[q.root.value("artifactId")] = append(byName[q.root.value("artifactId")], q)
	}
	var need func(q *pom)
	need = func(q *pom) {
		for _, a := range q.ancestry() {
			if needed[a] {
				continue
			}
			needed[a] = true
			for _, other := range r.copied(a) {
				need(other)
			}
			for _, e := range a.root.find("artifactId") {
				// A list of modules names none of them here; dependencyManagement and plugins do count.
				for _, other := range byName[e.text] {
					need(other)
				}
			}
		}
	}
	need(p)
	var rest []sibling
	for _, q := range r.poms {
		if needed[q] || q == r.top || !repo.Within(r.top.dir, q.dir) {
			continue
		}
		inside := slices.ContainsFunc(r.poms, func(o *pom) bool { return needed[o] && o != r.top && repo.Within(q.dir, o.dir) })
		if !inside && q.dir != r.top.dir {
			rest = append(rest, sibling{dir: q.dir, files: []string{q.file}})
		}
	}
	return rest
}

// repositories are the ones of a pom and of the modules that its build needs which may want
// credentials: those which are not known to be public; and those without TLS.
func (r *reactor) repositories(p *pom) (all []fact.Of[string], plain []plainRepository) {
	for _, q := range r.built(p) {
		for _, a := range q.ancestry() {
			for _, root := range append(slices.Clone(q.on[a]), a.root) {
				for _, list := range [][]*element{root.all("repositories", "repository"), root.all("pluginRepositories", "pluginRepository")} {
					for _, e := range list {
						url := q.of(e.at("url"), "repository")
						if url.Known() && !public(url.Value) && !slices.Contains(all, url) {
							all = append(all, url)
						}
						if one := (plainRepository{e.value("id"), url}); strings.HasPrefix(url.Value, "http://") && !slices.Contains(plain, one) {
							plain = append(plain, one)
						}
					}
				}
			}
		}
	}
	return all, plain
}

// plainRepository is one without TLS, which Maven refuses since 3.8.1
// (https://maven.apache.org/docs/3.8.1/release-notes.html#cve-2021-26291).
type plainRepository struct {
	id  string
	url fact.Of[string]
}

var (
	repositoryID  = pattern.New(`^[A-Za-z0-9_.-]+$`)
	repositoryURL = pattern.New(`^http://[A-Za-z0-9._/:~-]+$`)
)

// asked reports whether the build can ask for the repository with TLS in its place.
func (q plainRepository) asked() bool {
	return repositoryID.MatchString(q.id) && repositoryURL.MatchString(q.url.Value)
}

func (q plainRepository) note() detect.Note {
	if !q.asked() {
		return detect.Note{Warning: true, At: q.url.From, Text: "Maven refuses repositories without TLS since 3.8.1: write https there, if " + q.url.Value + " has it"}
	}
	return detect.Note{At: q.url.From, Text: "Maven refuses repositories without TLS since 3.8.1, so the build asks this one with https: write that there"}
}

// mirrors are settings of Maven by which it asks for repositories with TLS, "" where none is
// without. What other projects' poms name stays refused, as in the settings that these replace
// (https://maven.apache.org/guides/mini/guide-mirror-settings.html, 2026-11).
func mirrors(plain []plainRepository) string {
	var b strings.Builder
	seen := map[string]bool{}
	for _, q := range plain {
		if q.asked() && !seen[q.id] {
			seen[q.id] = true
			fmt.Fprintf(&b, "    <mirror><id>%s-tls</id><mirrorOf>%s</mirrorOf><url>https%s</url></mirror>\n", q.id, q.id, strings.TrimPrefix(q.url.Value, "http"))
		}
	}
	if b.Len() == 0 {
		return ""
	}
	return "<settings>\n  <mirrors>\n" + b.String() +
		"    <mirror><id>refused</id><mirrorOf>external:http:*</mirrorOf><url>http://0.0.0.0/</url><blocked>true</blocked></mirror>\n  </mirrors>\n</settings>"
}

// mirrorsFile is where they are in the build stage.
const mirrorsFile = "/tmp/maven-mirrors.xml"

package golang

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/catalogue"
	"github.com/dockgen/dockgen/internal/repo"
	"github.com/dockgen/dockgen/templates"
)

// Where things stand in the image and in the build stage.
const (
	bin         = "/usr/local/bin/"
	appFolder   = "/app"  // working directory of a program that reads files of the repository
	dataFolder  = "/data" // … and of one that only writes
	emptyFolder = "/out/data"
)

// runView is the view of the final stage.
func (m *module) runView(d decided, l *catalogue.Line) runView {
	binaries := []string{m.binary(d.pkg)}
	if len(d.with) > 0 {
		binaries = []string{m.built(d.pkg)}
	}
	for _, p := range d.with {
		binaries = append(binaries, m.built(p))
	}
	binary := binaries[0]
	v := runView{
		Platform: "--platform=$BUILDPLATFORM ", Base: d.base.image, Builder: l.Ref("alpine"), RuntimePackages: d.base.packages,
		Certificates: !d.needs.certs.IsZero(), Zones: !d.needs.zones.IsZero(),
		Workdir: workdir(d), Data: m.dataViews(d), Binaries: binaries,
		User: d.base.user + ":" + d.base.user, Owner: d.base.user + ":0",
		Entrypoint: []string{bin + binary}, Arguments: d.start.arguments, Env: d.start.env, Given: d.given(), Port: d.port.Value,
	}
	for i, f := range d.needs.files {
		v.Files = append(v.Files, templates.Files{From: []string{"/src/" + f.Value}, To: inWorkdir(d.needs.at[i])})
	}
	for _, f := range d.needs.empty {
		v.Empty = append(v.Empty, templates.Files{From: []string{"/out/empty"}, To: inWorkdir(f.Value)})
	}
	for _, data := range v.Data {
		if data.To != appFolder { // a volume over the files of the image would keep old ones
			v.Volumes = append(v.Volumes, data.To)
		}
	}
	if d.base.name == detect.Alpine && d.port.Known() && d.needs.health.Known() {
		v.Health = []string{"wget", "-q", "--spider", fmt.Sprintf("http://127.0.0.1:%d%s", d.port.Value, d.needs.health.Value)}
		if !d.network.readsPort.IsZero() { // the probe follows PORT too
			v.Health = []string{"sh", "-c", fmt.Sprintf(`wget -q --spider "http://127.0.0.1:${PORT}%s"`, d.needs.health.Value)}
		}
	}
	return v
}

// inWorkdir is a path as COPY names it.
func inWorkdir(p string) string {
	if path.IsAbs(p) {
		return p
	}
	return "./" + p
}

// given are the variables that people's own Dockerfile sets, but for those that the start sets.
func (d decided) given() []templates.Var {
	return slices.DeleteFunc(slices.Clone(d.needs.env), func(v templates.Var) bool {
		return slices.ContainsFunc(d.start.env, func(o templates.Var) bool { return o.Name == v.Name })
	})
}

// runsOn reports whether the program stays: what a command writes is its user's business.
func (d decided) runsOn() bool {
	return d.request.Program.Kind == detect.Service || d.request.Program.Kind == detect.Worker
}

// workdir is the working directory, "" where the program does not care.
func workdir(d decided) string {
	relativeData := slices.ContainsFunc(d.needs.data, func(p factText) bool { return !strings.HasPrefix(p.Value, "/") })
	switch {
	case len(d.needs.files)+len(d.needs.empty) > 0 || d.needs.mount.Known():
		return appFolder
	case d.runsOn() && !d.needs.cwd.IsZero():
		return dataFolder
	case d.runsOn() && relativeData:
		return appFolder
	default:
		return ""
	}
}

// dataViews are the folders that the program writes to, owned by its user.
func (m *module) dataViews(d decided) []dataView {
	if !d.runsOn() {
		return nil
	}
	var all []dataView
	cwd := workdir(d)
	if !d.needs.cwd.IsZero() {
		all = append(all, dataView{emptyFolder, cwd})
	}
	for _, folder := range d.needs.data {
		view := dataView{emptyFolder, folder.Value}
		if !strings.HasPrefix(folder.Value, "/") {
			view.To = path.Join(cwd, folder.Value)
			if seed := path.Join(m.dir, folder.Value); m.view.HasDir(seed) {
				if isSource(m.view, seed) {
					continue // a package of that name, not a folder for data
				}
				view.From = "/src/" + d.request.InContext(seed)
			}
		}
		if !slices.ContainsFunc(all, func(o dataView) bool { return o.To == view.To || repo.Within(o.To, view.To) && o.To == dataFolder }) {
			all = append(all, view)
		}
	}
	return all
}

package golang

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/diag"
)

// optionWith names more programs for the image.
const optionWith = "with"

// Options are the flags that only this language has.
func (Language) Options() []detect.Option {
	return []detect.Option{{Name: optionWith, Usage: "Go: more programs to put into the image beside the one that it starts, separated by commas"}}
}

// with are the programs that the image holds beside the one that it starts.
func (m *module) with(s detect.Settings, main *pkg) ([]*pkg, error) {
	option, _ := s.Option(optionWith)
	var all []*pkg
	for name := range strings.FieldsFuncSeq(option.Value, func(r rune) bool { return r == ',' || r == ' ' }) {
		i := slices.IndexFunc(m.programs, func(g detect.Program) bool { return g.Name == name || slices.Contains(g.Also, name) })
		if i < 0 {
			var names []string
			for _, g := range m.programs {
				names = append(names, g.Name)
			}
			try := "--with " + strings.Join(names, "\n--with ")
			if near := diag.Nearest(name, names); near != "" {
				try = "--with " + near
			}
			return nil, &diag.Error{At: option.From, What: fmt.Sprintf("there is no program %q", name), Try: try}
		}
		if p := m.mains[m.programs[i].Name]; p != main && !slices.Contains(all, p) {
			all = append(all, p)
		}
	}
	for _, p := range append([]*pkg{main}, all...) {
		if name := m.built(p); len(all) > 0 && safe(name) != name {
			return nil, &diag.Error{At: p.main, What: fmt.Sprintf("go build names this program %q, which an image cannot hold beside others", name), Try: "rename its folder, or build it alone"}
		}
	}
	return all, nil
}

// join adds what another program of the image needs to what is decided for the first.
func (d *decided) join(m *module, p *pkg) {
	if more := m.cgoOf(p); more.on.Value {
		if !d.cgo.on.Value {
			d.cgo = more
		} else {
			d.cgo.static = d.cgo.static && more.static
			d.cgo.cxx = d.cgo.cxx || more.cxx
			d.cgo.tags, d.cgo.musl = detect.Unique(append(d.cgo.tags, more.tags...)), detect.Unique(append(d.cgo.musl, more.musl...))
			d.cgo.build, d.cgo.run = detect.Unique(append(d.cgo.build, more.build...)), detect.Unique(append(d.cgo.run, more.run...))
		}
	}
	more := m.needsOf(p, d.request)
	for i, f := range more.files {
		if !d.needs.covered(d.request, path.Join(d.request.Context, f.Value), nil) {
			d.needs.addFile(f, more.at[i])
		}
	}
	for _, program := range more.programs {
		if !slices.ContainsFunc(d.needs.programs, func(o factText) bool { return o.Value == program.Value }) {
			d.needs.programs = append(d.needs.programs, program)
		}
	}
}

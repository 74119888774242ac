package node

import (
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/diag"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/toml"
)

// functions is a package whose sources are functions that a platform calls: a settings file names the
// handlers, and nothing listens. Where a script starts a server, the package is like any other.
// https://www.serverless.com/framework/docs/providers/aws/guide/functions (2026-11)
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html (2026-11)
// https://developers.cloudflare.com/workers/wrangler/configuration (2026-11)
func functions(p *pkg) (framework, bool, error) {
	handlers := p.functionHandlers()
	if len(handlers) == 0 || len(p.facts().calls) > 0 {
		return framework{}, false, nil
	}
	for _, name := range startNames {
		// Bun serves what a file exports by default: https://bun.sh/docs/api/http#export-default-syntax (2026-11)
		if s := p.resolve(name); p.starts(s, true) && (s.runner == bun || !p.isHandler(p.resolveFile(s.file))) {
			return framework{}, false, nil
		}
	}
	at := handlers[0].From
	return framework{
		name: "functions", kind: detect.Command, from: at,
		refuse: diag.At(at, handlers[0].Value+" is a function that its platform calls: run as a program it ends at once, and nothing here listens", "deploy it with "+deployedBy(path.Base(at.File))+", or add a script start that runs a server"),
	}, true, nil
}

// deployedBy names the tool that a settings file is of.
func deployedBy(settings string) string {
	if settings == "host.json" {
		return "the Azure Functions Core Tools"
	}
	return "the tool of " + settings
}

// meteor is an application that Meteor's own tool builds: its packages are in no registry of npm's.
// https://docs.meteor.com/cli/#meteorbuild (3, 2026-11)
func meteor(p *pkg) (framework, bool, error) {
	file := p.in(".meteor/release")
	if !p.view.Has(file) {
		return framework{}, false, nil
	}
	at := fact.At(file, 1, "")
	return framework{
		name: "Meteor", kind: detect.Service, from: at,
		refuse: diag.At(at, "this is an application of Meteor, whose own tool builds it, which dockgen does not run yet", "build it with meteor build --server-only, and run the bundle with node main.js"),
	}, true, nil
}

// functionHandlers are the files, relative to the package, in which settings say that a platform finds functions.
func (p *pkg) functionHandlers() []fact.Of[string] {
	if p.handlers != nil {
		return *p.handlers
	}
	found := slices.Concat(p.serverlessHandlers(), p.samHandlers(), p.workers(), p.azureHandlers())
	p.handlers = &found
	return found
}

// isHandler reports whether a file is one of them, and not a server besides.
func (p *pkg) isHandler(file string) bool {
	return file != "" && slices.Contains(values(p.functionHandlers()), file) &&
		!slices.ContainsFunc(p.facts().calls, func(c fact.Source) bool { return c.File == p.in(file) })
}

// serverlessHandlers are those of the Serverless Framework.
func (p *pkg) serverlessHandlers() []fact.Of[string] {
	var found []fact.Of[string]
	for _, name := range []string{"serverless.yml", "serverless.yaml", "serverless.json"} {
		root, err := readYAML(p.view, p.in(name))
		if err != nil {
			continue // it is evidence, not input
		}
		all := root.get("functions")
		for _, key := range all.keys() {
			found = p.appendHandler(found, all.text(key, "handler"), ".")
		}
	}
	return found
}

// samHandlers are those of AWS' Serverless Application Model.
func (p *pkg) samHandlers() []fact.Of[string] {
	var found []fact.Of[string]
	for _, name := range []string{"template.yaml", "template.yml"} {
		root, err := readYAML(p.view, p.in(name))
		if err != nil {
			continue // it is evidence, not input
		}
		all := root.get("Resources")
		for _, key := range all.keys() {
			if all.text(key, "Type").Value != "AWS::Serverless::Function" {
				continue
			}
			handler, dir := all.text(key, "Properties", "Handler"), all.text(key, "Properties", "CodeUri")
			if !handler.Known() {
				handler = root.text("Globals", "Function", "Handler")
			}
			found = p.appendHandler(found, handler, path.Join(".", dir.Value))
		}
	}
	return found
}

// azureHandlers are those of Azure Functions: what main of package.json names, or the folders with
// a function.json each.
// https://learn.microsoft.com/azure/azure-functions/functions-reference-node (v3 and v4, 2026-11)
func (p *pkg) azureHandlers() []fact.Of[string] {
	host := p.in("host.json")
	if !p.view.Has(host) {
		return nil
	}
	at := fact.At(host, 1, "")
	for _, file := range p.view.Under(p.dir) {
		if path.Base(file) == "function.json" && path.Dir(path.Dir(file)) == p.dir {
			return []fact.Of[string]{fact.New(path.Base(path.Dir(file)), at)}
		}
	}
	if _, ok := p.m.deps["@azure/functions"]; !ok {
		return nil
	}
	for _, file := range []string{p.mainFile(), p.m.main.Value, "src/functions"} {
		if file != "" {
			return []fact.Of[string]{fact.New(file, at)}
		}
	}
	return nil
}

// workers are those of Cloudflare Workers.
func (p *pkg) workers() []fact.Of[string] {
	main := []fact.Of[string]{p.workerIn("wrangler.toml")}
	for _, name := range []string{"wrangler.json", "wrangler.jsonc"} {
		if root, err := readJSON(p.view, p.in(name)); err == nil {
			main = append(main, root.get("main").text("main"))
		}
	}
	if file := p.mainFile(); file != "" && p.view.Has(p.in("wrangler.toml")) && !main[0].Known() {
		main = append(main, fact.New(file, fact.At(p.in("wrangler.toml"), 1, ""))) // before Wrangler 2, package.json names it
	}
	var found []fact.Of[string]
	for _, m := range main {
		if file := p.resolveFile(path.Clean(m.Value)); m.Known() && file != "" {
			found = append(found, fact.New(file, m.From))
		}
	}
	return found
}

// workerIn is the main field of Wrangler's settings in TOML.
func (p *pkg) workerIn(name string) fact.Of[string] {
	text, err := p.view.Read(p.in(name))
	if err != nil {
		return fact.Of[string]{} // it is evidence, not input
	}
	root, err := toml.Parse(p.in(name), text)
	if err != nil {
		return fact.Of[string]{}
	}
	return root.Get("main").Fact("main")
}

// appendHandler adds the file of a handler, FILE.EXPORT below a folder, where the package has it.
func (p *pkg) appendHandler(found []fact.Of[string], handler fact.Of[string], dir string) []fact.Of[string] {
	i := strings.LastIndex(handler.Value, ".")
	if i <= 0 || strings.HasPrefix(dir, "..") {
		return found
	}
	if file := p.resolveFile(path.Join(dir, handler.Value[:i])); file != "" && sourceExtensions[path.Ext(file)] {
		return append(found, fact.New(file, handler.From))
	}
	return found
}

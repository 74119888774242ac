package node

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/catalogue"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo/repotest"
)

// packageOf is the package at the root of a tree in memory.
func packageOf(t testing.TB, files map[string]string) *pkg {
	t.Helper()
	v := repotest.View(t, files)
	found, err := Language{}.Detect(context.Background(), v)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range found {
		if p.Dir() == "." {
			return p.(*pkg)
		}
	}
	t.Fatal("no package at the root")
	return nil
}

func TestResolve(t *testing.T) {
	for line, want := range map[string]string{
		"node index.js":                      "node [] index.js []",
		"node .":                             "node [] . []",
		"NODE_ENV=production node dist/main": "node [] dist/main []",
		"cross-env A=1 node --import x dist/main.js --once": "node [--import x] dist/main.js [--once]",
		"dotenv -e .env -- node a.js":                       "node [] a.js []",
		"nodemon --watch src src/index.js":                  "node [] src/index.js []",
		"nodemon -x 'ts-node src/index.ts'":                 "ts-node [] src/index.ts []",
		"tsx watch src/index.ts":                            "tsx [] src/index.ts []",
		"vite-node -w src/main.ts":                          "vite-node [] src/main.ts []",
		"node --watch --watch-path ./src index.js":          "node [] index.js []",
		"pm2-runtime start app.js":                          "node [] app.js []",
		"bun run src/index.ts":                              "bun [] src/index.ts []",
		"tsc && node dist/index.js":                         "node [] dist/index.js [] builds tsc",
		"prisma migrate deploy && node dist/main.js":        "node [] dist/main.js [] before prisma migrate deploy",
		"node --inspect=0.0.0.0 -r dotenv/config a.js":      "node [-r dotenv/config] a.js []",
		"next start -p ${PORT:-3000}":                       "next []  [start]",
		"npx serve -s build":                                "serve []  [-s build]",
		"node a.js & node b.js":                             "shell: the start script needs a shell",
		"./start.sh":                                        "shell: the start script runs ./start.sh",
		"node dist/$NAME.js":                                "shell: the start script expands a variable",
		"cd server && node index.js":                        "shell: the start script runs several commands",
		"npm run inner":                                     "node [] inner.js []",
		"yarn inner":                                        "node [] inner.js []",
		"run-s build inner":                                 "node [] inner.js [] builds tsc -p .",
	} {
		p := packageOf(t, map[string]string{"package.json": fmt.Sprintf(`{"scripts": {"start": %q, "inner": "node inner.js", "build": "tsc -p ."}}`, line)})
		s := p.resolve("start")
		got := fmt.Sprintf("%s %v %s %v", s.runner, s.flags, s.file, s.args)
		if s.shell != "" {
			got = "shell: " + s.shell
		}
		if len(s.builds) > 0 {
			got += " builds " + strings.Join(s.builds, ", ")
		}
		if len(s.before) > 0 {
			got += " before " + strings.Join(s.before, ", ")
		}
		if got != want {
			t.Errorf("%s\n got %s\nwant %s", line, got, want)
		}
	}
}

// TestBuildScript: what makes an image or deploys builds nothing.
func TestBuildScript(t *testing.T) {
	for line, want := range map[string]string{
		"tsc": "build", "docker build -t app .": "", "npm run lint && sls deploy": "", "tsc && docker build .": "build", "echo none": "", "firebase deploy --only functions": "",
	} {
		p := packageOf(t, map[string]string{"package.json": fmt.Sprintf(`{"scripts": {"build": %q, "lint": "eslint ."}}`, line)})
		if got := p.buildScript(); got != want {
			t.Errorf("%s: got %q, want %q", line, got, want)
		}
	}
}

func TestNodeLine(t *testing.T) {
	c := catalogue.Embedded()
	for spec, want := range map[string]string{
		"22": "22", "v20.11.1": "20", "lts/*": "24", "lts/jod": "22", "jod": "22", "lts/-1": "24", "node": "26", "*": "24", ">=18": "24", ">=18 <23": "22", "18 || 20": "20",
		"^20 || ^22": "22", "22.x": "22", "14.X": "14", "~22.11.0": "22", ">= 20.9.0": "24", "<=22.5": "22", "20 - 22": "22",
		"seven": `"seven" is not a Node.js version`, "7": `there is no maintained image of Node.js 7`, ">=99": `no known line of Node.js is in the range ">=99"`,
	} {
		l, _, err := nodeLine(fact.New(spec, fact.Flag("--language-version")), c.Image("node"), c)
		got := ""
		if err != nil {
			got = strings.TrimPrefix(err.Error(), "--language-version: ")
		} else {
			got = l.Version
		}
		if got != want {
			t.Errorf("%s: got %s, want %s", spec, got, want)
		}
	}
}

func TestOutput(t *testing.T) {
	for name, c := range map[string]struct {
		config, source, want string
		also                 []string
	}{
		"rootDir":                     {`{"compilerOptions": {"outDir": "dist", "rootDir": "src"}}`, "src/a/b.ts", "dist/a/b.js", nil},
		"common folder":               {`{"compilerOptions": {"outDir": "./dist"}}`, "src/index.ts", "dist/index.js", nil},
		"a file outside src":          {`{"compilerOptions": {"outDir": "dist"}}`, "src/index.ts", "dist/src/index.js", []string{"scripts/x.ts"}},
		"the same, excluded":          {`{"compilerOptions": {"outDir": "dist"}, "exclude": ["scripts"]}`, "src/index.ts", "dist/index.js", []string{"scripts/x.ts"}},
		"include":                     {`{"compilerOptions": {"outDir": "dist"}, "include": ["src/**/*"]}`, "src/index.ts", "dist/index.js", []string{"scripts/x.ts"}},
		"no outDir":                   {`{}`, "src/index.ts", "src/index.js", nil},
		"modules":                     {`{"compilerOptions": {"outDir": "out", "rootDir": "."}}`, "src/index.mts", "out/src/index.mjs", nil},
		"extends, and its own folder": {`{"extends": "./config/base.json", "include": ["src"]}`, "src/index.ts", "config/out/index.js", nil},
	} {
		files := map[string]string{"package.json": "{}", "tsconfig.json": c.config, "config/base.json": `{"compilerOptions": {"outDir": "out"}}`, c.source: ""}
		for _, f := range c.also {
			files[f] = ""
		}
		p := packageOf(t, files)
		ts, err := p.readTSConfig("tsconfig.json", 0)
		if err != nil {
			t.Fatal(err)
		}
		if got := ts.output(p.view, c.source); got != c.want {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
	}
}

func TestFacts(t *testing.T) {
	for source, want := range map[string]string{
		"app.listen(process.env.PORT || 3000)":                                                                                     "3000 PORT",
		"const port = process.env.PORT ?? '4000'; app.listen(port)":                                                                "4000 PORT",
		"const port = parseInt(process.env.PORT || '5000', 10)":                                                                    "5000 PORT",
		"const { PORT = 6000 } = process.env":                                                                                      "6000 PORT",
		"const env = z.object({ PORT: z.coerce.number().default(7000) })":                                                          "7000 PORT",
		"const PORT = 8000\napp.listen(PORT, () => console.log('on', 9999))":                                                       "8000",
		"server.listen({ port: 8001, host: '0.0.0.0' })":                                                                           "8001",
		"Bun.serve({ port: 8002, fetch() {} })":                                                                                    "8002",
		"import { serve } from '@hono/node-server'\nserve(app)":                                                                    "3000",
		"import { serve } from '@hono/node-server'\nserve({ fetch: app.fetch, port: 4000 })":                                       "4000",
		"import { serve } from 'srvx'\nserve({ fetch })":                                                                           "3000 PORT",
		"export default { port: 4000, fetch: app.fetch }":                                                                          "4000",
		"export default { port: process.env.PORT || 4000, fetch: app.fetch }":                                                      "4000 PORT",
		"export default { fetch(request) { return { port: 4000 } } }":                                                              "0",
		"// app.listen(1234)\nconst s = 'app.listen(4321)'":                                                                        "0",
		"config.get('PORT', 3333)":                                                                                                 "3333 PORT",
		"const port = getWithDefault('PORT', 8080)":                                                                                "8080 PORT",
		"app.listen(3000, 'localhost')":                                                                                            "3000 loopback",
		"import { exec } from 'child_process'\nexec('git log')":                                                                    "0 runs git",
		"/a/.exec('git log'); const x = 'child_process'":                                                                           "0",
		"process.on('SIGTERM', stop)":                                                                                              "0 signals",
		"const port = parseInt(process.env.PORT, 10) || 3000":                                                                      "3000 PORT",
		"const port = process.env.PORT ? Number(process.env.PORT) : 3000":                                                          "3000 PORT",
		"const port = process.env.PORT\nconst x = a || 5000":                                                                       "0 PORT",
		"x = { port: process.env.PORT ? parseInt(process.env.PORT) : 0,\n connectionTimeoutMillis: 5000 }":                         "0 PORT",
		"createPool({ host, port: process.env.PORT || 3306, connectTimeout: 5000 })":                                               "0",
		"x = { host: h, port: process.env.PORT, user: 'a', timeout: 5000 }":                                                        "0",
		"x = { host: h, port: process.env.PORT || 4000, database: { user: 'a' } }":                                                 "4000 PORT",
		"x = { port: process.env.PORT, timeout: 5000 }\napp.listen(x.port)":                                                        "0 PORT",
		"if (process.env.PORT === '5000') stop()":                                                                                  "0 PORT",
		"const port = process.env.APP_PORT || 3001\napp.listen(port)":                                                              "3001",
		"const db = process.env.DB_PORT || 5432\napp.listen(port)":                                                                 "0",
		"const e = z.object({ API_PORT: z.coerce.number().default(4001) })\nexport default { port: e.API_PORT, fetch: app.fetch }": "4001",
	} {
		f := &facts{}
		f.read("a.ts", tokens([]byte(source)))
		got := fmt.Sprint(f.port().Value)
		for _, s := range []struct {
			known bool
			text  string
		}{{!f.reads.IsZero(), " PORT"}, {!f.loopback.IsZero(), " loopback"}, {f.shell.Known(), " runs " + f.shell.Value}, {!f.signals.IsZero(), " signals"}} {
			if s.known {
				got += s.text
			}
		}
		if got != want {
			t.Errorf("%s\n got %s\nwant %s", source, got, want)
		}
	}
}

// TestAddresses: the variables whose default keeps a program from answering outside its container, and
// what moves its port. Each file of a program is one string.
func TestAddresses(t *testing.T) {
	for _, c := range []struct {
		want  string
		files []string
	}{
		{"HOST", []string{"app.listen(3000, process.env.HOST || 'localhost')"}},
		{"HOST", []string{"fastify.listen({ port: 3000, host: process.env.HOST || '127.0.0.1' })"}},
		{"MY_HOST", []string{"const host = process.env.MY_HOST || '127.0.0.1'\nserver.listen({ port, host })"}},
		{"HOST", []string{"const { HOST = 'localhost', PORT = 3000 } = process.env\napp.listen(PORT, HOST)"}},
		{"HTTP_HOST", []string{"export default { host: process.env.HTTP_HOST ?? 'localhost' }", "const { host, port } = config\napp.listen(port, host)"}},
		{"HOST", []string{"config.host = process.env.HOST ?? 'localhost'", "server.listen({ port: config.port, host: config.host })"}},
		{"HOST", []string{"export const env = z.object({ HOST: z.string().default('localhost') }).parse(process.env)", "app.listen({ host: env.HOST })"}},
		{"SERVER_HOST", []string{"const config = { server: { host: process.env.SERVER_HOST || 'localhost' } }", "app.listen(config.server)"}},
		{"", []string{"const config = { redis: { host: process.env.REDIS_HOST || 'localhost' } }", "app.listen(config.port, config.host)"}},
		{"", []string{"const pool = { host: process.env.HOST || 'localhost', user: 'a', password: p }", "app.listen(config.port, config.host)"}},
		{"", []string{"const host = process.env.HOST || '0.0.0.0'\napp.listen(port, host)"}},
		{"", []string{"const host = process.env.HOST || 'localhost'\napp.listen(port, () => console.log(host))"}},
		{"loopback", []string{"const hostname = '127.0.0.1'\nserver.listen(port, hostname, () => {})"}},
		{"loopback", []string{"server.listen({ host: 'localhost', port })"}},
		{"port APP_PORT", []string{"export default { port: process.env.APP_PORT || 3000 }", "app.listen(config.port)"}},
		{"", []string{"export default { port: process.env.DB_PORT || 3000 }", "app.listen(config.port)"}},
	} {
		f := &facts{}
		for i, text := range c.files {
			f.read(fmt.Sprint(i, ".js"), tokens([]byte(text)))
		}
		got := values(f.opened())
		if !f.loopback.IsZero() {
			got = append(got, "loopback")
		}
		if name := f.portVariable().variable; name != "" && name != "PORT" {
			got = append(got, "port "+name)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%q\n got %q\nwant %q", c.files, got, c.want)
		}
	}
}

// TestLimits: the version where a package that is compiled works up to an older Node.js only.
func TestLimits(t *testing.T) {
	c := catalogue.Embedded()
	image := c.Image("node")
	sixteen := limit{node: 16, what: "a 1.0.0", name: "a", from: fact.At("lock", 3, "a")}
	for _, test := range []struct {
		spec    string
		isRange bool
		most    limit
		want    string
	}{
		{"", false, limit{}, "24"},
		{"", false, sixteen, "16"},
		{">=8", true, sixteen, "16"},
		{"^14", true, sixteen, "14"},
		{">=18", true, sixteen, "24 warned"},
		{"20", false, sixteen, "20 warned"},
		{"", false, limit{node: 11, what: "a 1.0.0", name: "a", from: fact.At("lock", 3, "a")}, "lock:3: a 1.0.0 works up to Node.js 11, and there is no maintained image of that"},
	} {
		spec, v := fact.Of[string]{}, chosenVersion{line: c.DefaultLine(image)}
		if test.spec != "" {
			spec = fact.New(test.spec, fact.At("package.json", 1, "engines.node"))
			v.line, _, _ = nodeLine(spec, image, c)
		}
		v, err := v.within(test.most, spec, test.isRange, image)
		got := v.line.Version
		if len(v.notes) > 0 {
			got += " warned"
		}
		if err != nil {
			got = err.Error()
		}
		if got != test.want {
			t.Errorf("%q up to %d: got %s, want %s", test.spec, test.most.node, got, test.want)
		}
	}
}

// What npm installs below a member is known from its lockfile, where it is more than tools.
func TestNested(t *testing.T) {
	p := packageOf(t, map[string]string{"package.json": "{}", "lock": `{"lockfileVersion": 3, "packages": {"": {}, "node_modules/a": {}, "web/node_modules/a": {}, "ui/node_modules/b": {"dev": true}, "cli/node_modules/c": {"os": ["darwin"]}}}`})
	l, err := p.locked(&manager{name: npm, lockfile: "lock"})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]bool{"web": true, "web/node_modules/a": true}, l.nested); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestLocks(t *testing.T) {
	for name, c := range map[string]struct {
		manager, text, want string
	}{
		"npm 3":      {npm, `{"lockfileVersion": 3, "packages": {"": {}, "node_modules/a": {"version": "1.0.0", "hasInstallScript": true, "dependencies": {"b": "1"}}, "node_modules/a/node_modules/@s/b": {"version": "2.0.0"}}}`, "@s/b 2.0.0 [], a 1.0.0 [b] script"},
		"npm 1":      {npm, `{"lockfileVersion": 1, "dependencies": {"a": {"version": "1.0.0", "requires": {"b": "1"}, "dependencies": {"b": {"version": "1.1.0", "requires": true}}}}}`, "a 1.0.0 [b], b 1.1.0 []"},
		"pnpm 9":     {pnpm, "lockfileVersion: '9.0'\n\npackages:\n\n  '@s/a@1.0.0':\n    resolution: {integrity: x}\n\n  b@2.0.0:\n    resolution: {integrity: x}\n\nsnapshots:\n\n  '@s/a@1.0.0(b@2.0.0)':\n    dependencies:\n      b: 2.0.0\n\n  b@2.0.0: {}\n", "@s/a 1.0.0 [b], b 2.0.0 []"},
		"pnpm peers": {pnpm, "lockfileVersion: '9.0'\n\npackages:\n\n  next@1.0.0:\n    peerDependencies:\n      test: '*'\n      react: '*'\n    peerDependenciesMeta:\n      test:\n        optional: true\n\nsnapshots:\n\n  next@1.0.0(react@2.0.0)(test@3.0.0):\n    dependencies:\n      react: 2.0.0\n    optionalDependencies:\n      test: 3.0.0\n", "next 1.0.0 [react]"},
		"pnpm 5":     {pnpm, "lockfileVersion: 5.4\npackages:\n\n  /a/1.0.0_b@2.0.0:\n    requiresBuild: true\n    dependencies:\n      b: 2.0.0\n  /@s/c/3.0.0:\n    dev: true\n", "a 1.0.0 [b] script, @s/c 3.0.0 []"},
		"yarn 1":     {yarn, "# yarn lockfile v1\n\n\"@s/a@^1.0.0\", \"@s/a@^1.1.0\":\n  version \"1.1.0\"\n  dependencies:\n    b \"^2.0.0\"\n\nb@^2.0.0:\n  version \"2.0.0\"\n", "@s/a 1.1.0 [b], b 2.0.0 []"},
		"yarn 4":     {yarn, "__metadata:\n  version: 8\n\n\"a@npm:^1.0.0\":\n  version: 1.0.0\n  resolution: \"a@npm:1.0.0\"\n  dependencies:\n    b: \"npm:^2.0.0\"\n\n\"root@workspace:.\":\n  version: 0.0.0-use.local\n", "a 1.0.0 [b]"},
		"bun":        {bun, "{\n \"packages\": {\n  \"a\": [\"a@1.0.0\", \"\", {\"dependencies\": {\"b\": \"^2\"}}, \"sha\"],\n },\n}", "a 1.0.0 [b]"},
	} {
		p := packageOf(t, map[string]string{"package.json": "{}", "lock": c.text})
		l, err := p.locked(&manager{name: c.manager, lockfile: "lock"})
		if err != nil {
			t.Fatal(name, err)
		}
		var got []string
		for _, e := range l.entries {
			one := fmt.Sprintf("%s %s %v", e.name, e.version, e.needs)
			if e.script {
				one += " script"
			}
			got = append(got, one)
		}
		if diff := cmp.Diff(c.want, strings.Join(got, ", ")); diff != "" {
			t.Errorf("%s: -want +got\n%s", name, diff)
		}
	}
}

// TestData: the tables are well-formed, dated, and name no package twice.
func TestData(t *testing.T) {
	if s := specials(); s.Date == "" || s.Source == "" || len(s.Packages) == 0 {
		t.Error("data/packages.json: no date, source or packages")
	}
	for _, name := range specials().Harmless {
		if _, both := specials().Packages[name]; both {
			t.Errorf("data/packages.json: %s is both harmless and special", name)
		}
	}
	for name, all := range newestNode() {
		for i, u := range all {
			if !exact(u.Before) || i > 0 && (u.Node < all[i-1].Node || catalogue.Compare(u.Before, all[i-1].Before) <= 0) {
				t.Errorf("data/limits.json: %s: %+v does not ascend", name, u)
			}
		}
	}
	for name, s := range specials().Packages {
		for _, e := range append(append(s.Env, s.RunEnv...), s.ARunEnv...) {
			if !strings.Contains(e, "=") {
				t.Errorf("data/packages.json: %s: %q is no NAME=value", name, e)
			}
		}
	}
	for _, manager := range []string{npm, pnpm, yarn} {
		for _, tool := range tools().of(manager) {
			if !exact(tool.Version) || tool.Node == 0 || tool.Lockfile == "" {
				t.Errorf("data/tools.json: %s %+v", manager, tool)
			}
		}
	}
	if len(binaries()) == 0 {
		t.Error("data/bins.json: empty")
	}
}

func FuzzTokens(f *testing.F) {
	f.Add("app.listen(process.env.PORT || 3000) // x\n'a\\'b' `c${d}`")
	f.Fuzz(func(t *testing.T, text string) {
		lines := strings.Count(text, "\n") + 1
		for _, tok := range tokens([]byte(text)) {
			if tok.line < 1 || tok.line > lines {
				t.Fatalf("line %d of %d", tok.line, lines)
			}
		}
		(&facts{}).read("a.js", tokens([]byte(text)))
	})
}

func FuzzLocks(f *testing.F) {
	f.Add(pnpm, "packages:\n  /a/1.0.0:\n    dependencies:\n      b: 1\n")
	f.Add(yarn, "a@1:\n  version \"1\"\n")
	f.Add(npm, `{"packages": {}}`)
	f.Fuzz(func(t *testing.T, name, text string) {
		l := &locked{file: "lock", byName: map[string][]int{}, root: map[string]string{}, asked: map[string]bool{}, nested: map[string]bool{}}
		switch name {
		case npm:
			l.npm(text) //nolint:errcheck // that it does not panic is the test
		case pnpm:
			l.pnpm(text)
		case bun:
			l.bun(text) //nolint:errcheck // the same
		default:
			l.yarn(text)
		}
	})
}

var _ detect.Stager = (*pkg)(nil)

// TestNeedsTool: what starts the program is in the image, wherever package.json has it.
func TestNeedsTool(t *testing.T) {
	for start, want := range map[string]string{
		"node index.js":                         "",
		"node -r dotenv/config index.js":        "dotenv",
		"node --import @a/hook/register a.js":   "@a/hook",
		"fastify start app.js":                  "fastify-cli",
		"remix-serve build/index.js":            "@remix-run/serve",
		"node index.js && node_modules/.bin/ms": "ms",
		"ms $HOME":                              "ms",
		"express":                               "",
	} {
		p := packageOf(t, map[string]string{
			"package.json": fmt.Sprintf(`{"scripts": {"start": %q}, "dependencies": {"express": "5"}, "devDependencies": {"dotenv": "1", "@a/hook": "1", "fastify-cli": "7", "@remix-run/serve": "2", "ms": "2", "express": "5"}}`, start),
			"index.js":     "", "a.js": "", "app.js": "",
		})
		l, err := p.launch(detect.Program{Name: "start"}, 24)
		if err != nil {
			t.Fatal(err)
		}
		if l.needs != want {
			t.Errorf("%s: needs %q, want %q", start, l.needs, want)
		}
	}
}

func TestIsTypeImport(t *testing.T) {
	for text, want := range map[string]bool{
		"import type { A } from 'm'":         true,
		"import type A from 'm'":             true,
		"export type { A } from 'm'":         true,
		"import { type A, type B } from 'm'": true,
		"import { type A, b } from 'm'":      false,
		"import type from 'm'":               false,
		"import a, { type B } from 'm'":      false,
		"import * as a from 'm'":             false,
		"import 'm'":                         false,
		"const a = require('m')":             false,
	} {
		found := tokens([]byte(text))
		i := slices.IndexFunc(found, func(t token) bool { return t.text == "m" })
		if got := isTypeImport(found, i); got != want {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
}

// TestDelivered: a start script that runs the sources with a tool for development gives way to what the
// people who write the code deliver.
func TestDelivered(t *testing.T) {
	for name, c := range map[string]struct{ scripts, deps, dockerfile, compose, want string }{
		"the Dockerfile's command":   {`"build": "tsup", "start": "tsx src/main.ts"`, `"devDependencies": {"tsx": "4"}`, "FROM node\nWORKDIR /app\nCMD [\"node\", \"/app/dist/main.js\"]\n", "", "node dist/main.js"},
		"a script that it runs":      {`"build": "tsc", "start": "ts-node src/main.ts", "production": "node dist/main.js"`, `"devDependencies": {"ts-node": "10"}`, "FROM node\nCMD npm run production\n", "", "node dist/main.js"},
		"the compose file's command": {`"build": "tsup", "start": "vite-node -w src/main.ts"`, `"devDependencies": {"vite-node": "3"}`, "", "services:\n  app:\n    build: .\n    command: node dist/main.js\n", "node dist/main.js"},
		"the same sources":           {`"build": "tsup", "start": "tsx src/main.ts"`, `"devDependencies": {"tsx": "4"}`, "FROM node\nCMD [\"npm\", \"start\"]\n", "", "tsx src/main.ts"},
		"a tool for production":      {`"build": "tsup", "start": "tsx src/main.ts"`, `"dependencies": {"tsx": "4"}`, "FROM node\nCMD [\"node\", \"dist/main.js\"]\n", "", "tsx src/main.ts"},
		"no build":                   {`"start": "tsx src/main.ts"`, `"devDependencies": {"tsx": "4"}`, "FROM node\nCMD [\"node\", \"dist/main.js\"]\n", "", "tsx src/main.ts"},
	} {
		files := map[string]string{"package.json": fmt.Sprintf(`{"private": true, "scripts": {%s}, %s}`, c.scripts, c.deps), "src/main.ts": ""}
		if c.dockerfile != "" {
			files["Dockerfile"] = c.dockerfile
		}
		if c.compose != "" {
			files["compose.yaml"] = c.compose
		}
		if s := packageOf(t, files).start; s.runner+" "+s.file != c.want {
			t.Errorf("%s: got %s %s, want %s", name, s.runner, s.file, c.want)
		}
	}
}

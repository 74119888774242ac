package jsconfig

import (
	"fmt"
	"strings"
	"testing"
)

// say is a value in a short notation: what a test expects.
func say(v Value) string {
	env := ""
	if v.Env != "" {
		env = "$" + v.Env + "|"
	}
	switch v.Kind {
	case None:
		return "none"
	case Unknown:
		return env + "?"
	case Nothing:
		return "nothing"
	case Bool, Number:
		return env + v.Text
	case String:
		return env + fmt.Sprintf("%q", v.Text)
	case Array, Either, Call:
		parts := make([]string, len(v.Items))
		for i, item := range v.Items {
			parts[i] = say(item)
		}
		if v.Kind == Either {
			return "(" + strings.Join(parts, "|") + ")"
		}
		if v.Kind == Call {
			return v.Text + "(" + strings.Join(parts, ",") + ")"
		}
		return "[" + strings.Join(parts, ",") + "]"
	default:
		var parts []string
		for _, f := range v.Fields {
			parts = append(parts, f.Name+":"+say(f.Value))
		}
		if v.Open {
			parts = append(parts, "...")
		}
		return "{" + strings.Join(parts, ",") + "}"
	}
}

func TestRead(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "// only a comment", "none"},
		{"module.exports", "/** @type {import('next').NextConfig} */\nmodule.exports = { output: 'standalone', images: { unoptimized: true } }", `{output:"standalone",images:{unoptimized:true}}`},
		{"export default", "export default { a: [1, 2.5, `x`], 'b-c': null, d: undefined };", `{a:[1,2.5,"x"],b-c:nothing,d:nothing}`},
		{"typed constant", "import type { NextConfig } from 'next'\nconst nextConfig: NextConfig = {\n  output: \"export\",\n}\n\nexport default nextConfig", `{output:"export"}`},
		{"wrapper", "import { defineConfig } from 'vite'\nexport default defineConfig({ base: '/app/', build: { outDir: 'out' } })", `defineConfig({base:"/app/",build:{outDir:"out"}})`},
		{"wrapper with types", "export default defineConfig<A<B>>({ base: '/x' } satisfies C<D, E>)", `defineConfig({base:"/x"})`},
		{"function", "export default defineConfig(({ command, mode }) => {\n  const env = loadEnv(mode, process.cwd(), '')\n  if (command === 'serve') { console.log({ a: 1 }) }\n  return { base: env.BASE, plugins: [{ name: 'x', load(id) { return { no: 1 } } }], build: { outDir: '../dist' } }\n})", `defineConfig({base:?,plugins:[{name:"x",load:?}],build:{outDir:"../dist"}})`},
		{"arrow with an object", "export default async (): Promise<UserConfig> => ({ a: 1 })", `{a:1}`},
		{"two returns", "module.exports = (phase) => { if (phase === DEV) { return { distDir: 'a' } } else { return { distDir: 'b' } } }", `({distDir:"a"}|{distDir:"b"})`},
		{"function keyword", "module.exports = async function config(phase, { defaultConfig }) { return { a: 1 } }", `{a:1}`},
		{"spread", "const base = { a: 1 }\nexport default { ...base, ...other, b: 2 }", `{a:1,b:2,...}`},
		{"computed key", "export default { [key]: 1, b: 2 }", `{b:2,...}`},
		{"shorthand and loop", "const a = 'x', b = { b }\nexport default { a, b }", `{a:"x",b:?}`},
		{"declared twice", "{ const a = 1 } { const a = 2 }\nexport default { a }", `{a:?}`},
		{"condition", "export default { output: process.env.NODE_ENV === 'production' ? 'export' : undefined, c: !x }", `{output:("export"|nothing),c:?}`},
		{"environment", "export default { base: process.env.BASE_PATH || '/a/', port: process.env['PORT'] ?? 3000, x: process.env.X }", `{base:$BASE_PATH|"/a/",port:$PORT|3000,x:$X|?}`},
		{"chained wrappers", "const withMDX = createMDX({ extension: /\\.mdx?$/ })\nexport default withSentryConfig(withMDX({ output: 'export' }), { org: 'o' })", `withSentryConfig(withMDX({output:"export"}),{org:"o"})`},
		{"called twice", "module.exports = require('@next/bundle-analyzer')({ enabled: false })({ output: 'export' })", `require({output:"export"})`},
		{"later assignment", "const c = { a: 1 }\nc.output = 'standalone'\nmodule.exports = c", `{a:1,output:"standalone"}`},
		{"template", "export default { a: `x${y}z`, b: `q` + 'r' }", `{a:?,b:?}`},
		{"regular expression and comments", "export default { test: /[/'\"]\\/*/g, /* b: 1 */ c: 2 // d: 3\n}", `{test:?,c:2}`},
		{"member", "const paths = { out: 'build' }\nexport default { outDir: paths.out, d: paths.none, e: path.resolve(__dirname, 'x') }", `{outDir:"build",d:nothing,e:path.resolve(?,"x")}`},
		{"as const", "export default { output: 'static' as const, a: <any>b, c: 1 }", `{output:"static",a:?,c:1}`},
		{"export =", "export = { a: 1 }", `{a:1}`},
		{"cut off", "export default { a: { b: 'c'", `{a:{b:"c"}}`},
		{"async method", "module.exports = { async headers() { return [] }, get x() { return 1 }, a: 1 }", `{headers:?,x:?,a:1}`},
	} {
		if got := say(Read([]byte(c.text)).Export); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

func TestObject(t *testing.T) {
	f := Read([]byte("import adapter from '@sveltejs/adapter-static'\nimport { sveltekit as kit } from '@sveltejs/kit/vite'\nconst x = require('y')\nexport default withA(withB(b)({\n kit: { adapter: adapter({ pages: 'out' }) } }))"))
	adapter := f.Export.Object().Get("kit", "adapter")
	if got := say(adapter); got != `adapter({pages:"out"})` || adapter.Line != 5 {
		t.Errorf("adapter is %s in line %d", got, adapter.Line)
	}
	if f.Imports["adapter"] != "@sveltejs/adapter-static" || f.Imports["kit"] != "@sveltejs/kit/vite" || f.Imports["x"] != "y" {
		t.Errorf("imports: %v", f.Imports)
	}
	either := Read([]byte("export default a ? { output: 'export', b: 1 } : { output: 'export', b: 2 }")).Export
	if got := say(either.Get("output")) + say(either.Get("b")) + say(either.Get("c")); got != `"export"(1|2)none` {
		t.Errorf("fields of either: %s", got)
	}
	if got := say(Read([]byte("export default make()")).Export.Object()); got != "?" {
		t.Errorf("the object of a call without one is %s", got)
	}
}

// FuzzRead: no input makes the reader panic or run on, and every value stands in a line of the file.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{"export default { a: [1, ...b] }", "module.exports = (a) => { return { b: `c${d}` } }", "const a: B<C> = a, b = [b]\nexport default defineConfig(a as any)(b)?.c", "export default a ? b : c || process.env.X", "export default {{{[[[(((", "export default /a/ / b"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		lines := strings.Count(string(text), "\n") + 1
		var check func(v Value)
		check = func(v Value) {
			if v.Line < 0 || v.Line > lines {
				t.Fatalf("line %d of %d", v.Line, lines)
			}
			for _, item := range v.Items {
				check(item)
			}
			for _, field := range v.Fields {
				check(field.Value)
			}
		}
		file := Read(text)
		check(file.Export)
		check(file.Export.Object())
	})
}

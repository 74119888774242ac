package node

import (
	"fmt"
	"strings"
	"testing"
)

// TestOutputs: the folders that a build leaves are those that the command, its configuration or the
// start file names; the usual one of a tool only where none of them does.
func TestOutputs(t *testing.T) {
	for _, c := range []struct{ build, start, file, text, want string }{
		{"tsup", "node dist/index.js", "", "", "dist"},
		{"tsup --out-dir build", "node build/index.js", "", "", "build"},
		{"tsup src/index.ts -d build", "node build/index.js", "", "", "build"},
		{"tsup", "node build/a.js", "tsup.config.ts", "export default defineConfig({ entry: ['src/a.ts'], outDir: 'build' })", "build"},
		{"tsup", "node a.js", "tsup.config.ts", "export default defineConfig((o) => ({ minify: !o.watch }))", "dist"},
		{"tsdown", "node build/server/index.js", "tsdown.config.ts", "export default defineConfig([{ outDir: 'build/server' }, { outDir: 'lib' }])", "build lib"},
		{"webpack --mode production", "node build/server.js", "webpack.config.js", "module.exports = { output: { path: path.resolve(__dirname, 'build') } }", "build"},
		{"webpack", "node build/server.js", "webpack.config.js", "module.exports = { output: { path: paths.out } }", "build"},
		{"webpack", "node server.js", "webpack.config.js", "module.exports = { output: { path: paths.out } }", "dist"},
		{"webpack -c webpack.prod.js", "node out/server.js", "webpack.prod.js", "const common = require('./webpack.common')\nmodule.exports = merge(common, { mode: 'production' })", "out"},
		{"swc src -d lib", "node lib/index.js", "", "", "lib"},
		{"swc src", "node dist/index.js", "", "", "dist"},
		{"rollup -c", "node out/main.js", "rollup.config.mjs", "export default { input: 'src/main.js', output: { file: 'out/main.js' } }", "out"},
		{"rollup -c", "node out/main.js", "rollup.config.mjs", "export default [{ output: [{ dir: 'out' }, { file: 'types/index.d.ts' }] }]", "out types"},
		{"ncc build src/index.ts -o out", "node out/index.js", "", "", "out"},
		{"ncc build src/index.ts", "node dist/index.js", "", "", "dist"},
		{"esbuild src/a.ts --bundle --outfile=build/a.js", "node build/a.js", "", "", "build"},
		{"tsc --noEmit && tsup --out-dir build", "node build/a.js", "tsconfig.json", `{"compilerOptions": {"outDir": "dist"}}`, "build"},
		{"tsc -d -p .", "node lib/a.js", "tsconfig.json", `{"compilerOptions": {"outDir": "lib"}}`, "lib"},
		{"vite build --ssr src/a.ts", "node build/a.js", "vite.config.ts", "export default { build: { outDir: process.env.OUT } }", "build"},
		{"vite build", "node dist/a.js", "vite.config.ts", "export default { build: { ssr: true } }", "dist"},
	} {
		files := map[string]string{"package.json": fmt.Sprintf(`{"scripts": {"build": %q, "start": %q}, "dependencies": {"express": "5"}}`, c.build, c.start), "server.js": "", "webpack.common.js": "module.exports = { output: { path: __dirname + '/x' } }"}
		if c.file != "" {
			files[c.file] = c.text
		}
		if got := strings.Join(packageOf(t, files).outputs(), " "); got != c.want {
			t.Errorf("%s, then %s, with %s:\n got %s\nwant %s", c.build, c.start, c.text, got, c.want)
		}
	}
}

package node

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dockgen/dockgen/internal/repo/repotest"
)

// TestClassFolders finds the folders that Tailwind reads outside the package, by its settings and by style sheets.
func TestClassFolders(t *testing.T) {
	for name, c := range map[string]struct {
		file, text string
		want       string
	}{
		"content": {"tailwind.config.js", "module.exports = {content: ['./src/*.js', '../templates/**/*.html', '../../pages/*.html', '../absent/*.html']}", "pages theme/templates"},
		"files":   {"tailwind.config.ts", "export default {content: {files: ['../../**/*.html'], relative: true}} satisfies Config", "."},
		"purge":   {"tailwind.config.js", "module.exports = {purge: {content: ['../templates/a.html']}}", "theme/templates"},
		"source":  {"src/styles.css", "@import 'tailwindcss';\n/* @source '../../../pages'; */\n@source \"../../templates/\";\n@source not '../../../pages';", "theme/templates"},
	} {
		v := repotest.View(t, map[string]string{
			"theme/src/package.json": `{"devDependencies": {"tailwindcss": "4"}, "scripts": {"build": "tailwindcss"}}`,
			"theme/templates/a.html": "", "pages/b.html": "", "theme/src/" + c.file: c.text,
		})
		found, err := Language{}.Detect(t.Context(), v)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, strings.Join(found[0].(*pkg).classFolders(), " ")); diff != "" {
			t.Errorf("%s: -want +got\n%s", name, diff)
		}
	}
}

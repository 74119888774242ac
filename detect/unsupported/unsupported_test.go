package unsupported

import (
	"strings"
	"testing"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/repo/repotest"
)

// TestLanguages holds the data to what the code relies on.
func TestLanguages(t *testing.T) {
	known, err := languages()
	if err != nil || len(known) == 0 {
		t.Fatalf("languages.json: %v", err)
	}
	seen := map[string]bool{}
	for _, l := range known {
		if l.Name == "" || l.Title == "" || len(l.Manifests) == 0 || seen[l.Name] {
			t.Errorf("%+v: a name of its own, a title and a manifest are missing", l)
		}
		seen[l.Name] = true
		if l.Default != "" && l.Default != "command" {
			t.Errorf("%s: default is %q", l.Name, l.Default)
		}
		for _, m := range l.Manifests {
			if strings.Contains(m, "*") && (!strings.HasPrefix(m, "*.") || strings.Count(m, ".") > 1) {
				t.Errorf("%s: %q is neither a name nor *.extension", l.Name, m)
			}
		}
	}
}

// TestEvidence: what each manifest is taken for, and what is left alone.
func TestEvidence(t *testing.T) {
	for _, test := range []struct {
		name  string
		files map[string]string
		want  string // kinds of the projects with their folder
	}{
		{"a comment is no evidence", map[string]string{"Gemfile": "# gem \"rails\"\ngem \"danger\"\n"}, ".:"},
		{"a word, not a part of one", map[string]string{"Gemfile": "gem \"rails-i18n\"\n"}, ".:"},
		{"dependencies of others", map[string]string{"vendor/x/composer.json": "{}", "ios/Gemfile": "gem 'rails'", ".bundle/Gemfile": "gem 'rails'"}, ""},
		{"the upper project has the lower", map[string]string{"mix.exs": ":phoenix", "apps/web/mix.exs": ":phoenix"}, ".:service"},
		{"a lower one of a folder without program", map[string]string{"Package.swift": "// tools", "app/Package.swift": ".executableTarget("}, ".: app:command"},
		{"Deno beside Node", map[string]string{"deno.json": `{"tasks":{"x":"deno run x.ts"}}`, "package.json": "{}"}, ".:command"},
		{"Zola's settings, with its folders", map[string]string{"config.toml": "base_url = \"https://x\"\n", "content/_index.md": "", "templates/index.html": ""}, ".:site"},
		{"settings of any program", map[string]string{"config.toml": "base_url = \"https://x\"\n", "content/a": ""}, ""},
		{"Hugo's older name, in YAML", map[string]string{"config.yaml": "baseURL: https://x\n", "content/a.md": "", "themes/x/theme.toml": ""}, ".:site"},
		{"Ant", map[string]string{"build.xml": "<project><target name=\"compile\"><javac srcdir=\"src\"/></target></project>", "src/A.java": ""}, ".:command"},
		{"Ant with a web application", map[string]string{"build.xml": "<project><import file=\"nbproject/build-impl.xml\"/></project>", "web/WEB-INF/web.xml": ""}, ".:service"},
		{"a pattern with an end", map[string]string{"build.sbt": `"x" %% "http4s-ember-server" % "1"`}, ".:service"},
	} {
		v := repotest.View(t, test.files)
		found, err := Language{}.Detect(t.Context(), v)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, p := range found {
			kind := ""
			for _, g := range p.Programs() {
				kind = g.Kind.String()
			}
			got = append(got, p.Dir()+":"+kind)
			if _, err := p.Plan(detect.Request{}); err == nil || !strings.Contains(err.Error(), "does not build yet") {
				t.Errorf("%s: Plan: %v", test.name, err)
			}
		}
		if strings.Join(got, " ") != test.want {
			t.Errorf("%s: got %q, want %q", test.name, strings.Join(got, " "), test.want)
		}
	}
}

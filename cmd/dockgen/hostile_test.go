package main

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// chain are statements each of which puts the value of the one before together twice: the last
// would be of some terabytes.
func chain(format string) string {
	var b strings.Builder
	for i := range 40 {
		b.WriteString(strings.NewReplacer("{n}", fmt.Sprint(i+1), "{p}", fmt.Sprint(i)).Replace(format) + "\n")
	}
	return b.String()
}

const kit = `{"name": "app", "scripts": {"build": "vite build"}, "devDependencies": {"@sveltejs/kit": "2.0.0", "@sveltejs/adapter-node": "5.0.0", "vite": "5.0.0"}}`

// TestHostileRepositories: init ends soon, and with little memory, on what nobody would write.
func TestHostileRepositories(t *testing.T) {
	node := func(source string) map[string]string {
		return map[string]string{"package.json": `{"name": "app", "scripts": {"start": "node index.js"}}`, "index.js": source + "\nrequire('http').createServer().listen(3000)\n"}
	}
	goMain := func(assignment string) map[string]string {
		return map[string]string{"go.mod": "module example.com/app\n\ngo 1.26\n", "main.go": "package main\n\nimport (\n\t\"fmt\"\n\t\"net/http\"\n\t\"path/filepath\"\n)\n\nvar a0 = \"xxxxxxxx\"\n" + chain(assignment) + "\nfunc main() { fmt.Println(filepath.Join(a40)); http.ListenAndServe(\":8080\", nil) }\n"}
	}
	for name, tree := range map[string]map[string]string{
		"paths that double":          node("const path = require('path'), a0 = 'xxxxxxxx';\n" + chain("const a{n} = path.join(a{p}, a{p})") + "require('fs').mkdirSync(a40)"),
		"Go strings that double":     goMain("var a{n} = a{p} + a{p}"),
		"Go paths that double":       goMain("var a{n} = filepath.Join(a{p}, a{p})"),
		"variables that double":      {"package.json": kit, "svelte.config.js": "import adapter from '@sveltejs/adapter-node'\nexport default { kit: { adapter: adapter() } }\n", ".env": "PUBLIC_A0=xxxxxxxx\n" + chain("PUBLIC_A{n}=${PUBLIC_A{p}}$PUBLIC_A{p}")},
		"variables of open objects":  node(strings.Repeat("{process.env.A_HOST,", 12000)),
		"clients in clients":         node(strings.Repeat("Client({host:1,user:2,process.env.A_PORT:z", 6000)),
		"calls of one constant":      node(strings.Repeat("listen(h);h=1;", 20000)),
		"a module that is not there": {"package.json": kit, "svelte.config.js": "import adapter from '@sveltejs/adapter-node'\nexport default { kit: { adapter: adapter() } }\n", "src/a.js": "import a\n" + strings.Repeat("//$env/static/private\n", 20000)},
		"else if without end":        {"build.gradle": "plugins { id 'application' }\nif (a) { b 1 }" + strings.Repeat(" else if (a) { b 1 }", 20000), "src/main/java/A.java": "public class A { public static void main(String[] a) {} }"},
		"if in an address":           {"Cargo.toml": "[package]\nname = \"app\"\nversion = \"1.0.0\"\nedition = \"2024\"\n[dependencies]\nactix-web = \"4\"\n", "src/main.rs": "fn main() { HttpServer::new(x).bind(" + strings.Repeat("if ", 200000) + "); }"},
		"many modules":               reactorOf(200),
		"scripts that double":        {"package.json": `{"name": "app", "scripts": {` + chain(`"a{n}": "npm run a{p} && npm run a{p}",`) + `"a0": "tsc", "build": "npm run a40", "start": "node index.js"}}`, "index.js": "require('http').createServer().listen(3000)\n"},
	} {
		t.Run(name, func(t *testing.T) {
			began := time.Now()
			if status, _, stderr := runIn(files(t, tree), "init", "--yes"); status != 0 {
				t.Errorf("status %d: %s", status, stderr)
			}
			if took := time.Since(began); took > time.Minute {
				t.Errorf("took %s", took)
			}
		})
	}
}

// reactorOf is a Maven build of so many modules, each of which depends on the three before it.
func reactorOf(n int) map[string]string {
	tree := map[string]string{}
	var modules strings.Builder
	for i := range n {
		var needs strings.Builder
		for j := max(0, i-3); j < i; j++ {
			fmt.Fprintf(&needs, "<dependency><groupId>a</groupId><artifactId>m%d</artifactId><version>1</version></dependency>", j)
		}
		tree[fmt.Sprintf("m%d/pom.xml", i)] = fmt.Sprintf("<project><parent><groupId>a</groupId><artifactId>top</artifactId><version>1</version></parent><artifactId>m%d</artifactId><dependencies>%s</dependencies></project>", i, needs.String())
		fmt.Fprintf(&modules, "<module>m%d</module>", i)
	}
	tree["pom.xml"] = "<project><modelVersion>4.0.0</modelVersion><groupId>a</groupId><artifactId>top</artifactId><version>1</version><packaging>pom</packaging><modules>" + modules.String() + "</modules></project>"
	tree[fmt.Sprintf("m%d/src/main/java/A.java", n-1)] = "public class A { public static void main(String[] a) {} }"
	return tree
}

// TestSettingsFolders: what settings say of a folder gets neither an instruction of its own nor
// the files of the system into the image.
func TestSettingsFolders(t *testing.T) {
	for folder, want := range map[string]string{
		"/srv/my files":               `["/srv/my files", "/srv/my files"]`,
		`/srv/files\nRUN touch /x\n#`: "it has a line break",
		"/":                           "",
		"/usr":                        "",
		"/etc/../etc/ssl":             "",
		"/opt/venv/lib":               "",
		"/var/www/static":             "/var/www/static /var/www/static",
	} {
		for _, setting := range []string{"STATIC_ROOT", "MEDIA_ROOT"} {
			_, stdout, stderr := runIn(files(t, map[string]string{
				"requirements.txt": "django==5.2.8\ngunicorn==23.0.0\n", "site/__init__.py": "",
				"manage.py":        "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site.settings')\nfrom django.core.management import execute_from_command_line\n",
				"site/wsgi.py":     "import os\nfrom django.core.wsgi import get_wsgi_application\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site.settings')\napplication = get_wsgi_application()\n",
				"site/settings.py": "ROOT_URLCONF = 'site.urls'\n" + setting + " = '" + folder + "'\n",
			}), "init", "--yes", "--print")
			if !strings.Contains(stdout+stderr, want) || strings.Contains(stdout, "\nRUN touch") || want == "" && strings.Contains(stdout, " "+folder+" ") {
				t.Errorf("%s = %q: no %q in\n%s%s", setting, folder, want, stdout, stderr)
			}
		}
	}
}

// TestFoldersAsInstructions: the name of a folder is never an instruction, in any language.
func TestFoldersAsInstructions(t *testing.T) {
	for name, tree := range map[string]map[string]string{
		"go":     {"go.mod": "module example.com/app\n\ngo 1.26\n", "main.go": "package main\n\nimport \"net/http\"\n\nfunc main() { http.ListenAndServe(\":8080\", nil) }\n"},
		"java":   {"pom.xml": "<project><groupId>a</groupId><artifactId>b</artifactId><version>1</version></project>", "src/main/java/A.java": "public class A { public static void main(String[] a) {} }"},
		"node":   {"package.json": `{"name": "app", "scripts": {"start": "node index.js"}}`, "index.js": "require('http').createServer().listen(3000)\n"},
		"python": {"requirements.txt": "flask==3.1.2\n", "app.py": "from flask import Flask\napp = Flask(__name__)\n"},
		"rust":   {"Cargo.toml": "[package]\nname = \"app\"\nversion = \"1.0.0\"\nedition = \"2024\"\n", "src/main.rs": "fn main() {}\n"},
	} {
		for folder, want := range map[string]string{"x\nRUN touch evil\n#": "it has a line break", `a "b`: "FROM"} {
			in := map[string]string{}
			for file, text := range tree {
				in[folder+"/"+file] = text
			}
			_, stdout, stderr := runIn(files(t, in), "init", "--yes", "--print")
			if !strings.Contains(stdout+stderr, want) || strings.Contains(stdout, "\nRUN touch") || strings.Contains(stdout, `WORKDIR /src/a "b`) || strings.Contains(stdout, `WORKDIR /app/a "b`) {
				t.Errorf("%s in %q: no %q in\n%s%s", name, folder, want, stdout, stderr)
			}
		}
	}
}

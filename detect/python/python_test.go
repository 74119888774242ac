package python

import (
	"context"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo/repotest"
)

// projectOf is the project at the root of a tree in memory.
func projectOf(t testing.TB, files map[string]string) *project {
	t.Helper()
	v := repotest.View(t, files)
	found, err := Language{}.Detect(context.Background(), v)
	if err != nil {
		t.Fatal(err)
	}
	return found[0].(*project)
}

func TestAllows(t *testing.T) {
	for _, c := range []struct {
		text, line string
		want       bool
	}{
		{">=3.10,<4", "3.13", true}, {"~=3.11", "3.14", true}, {"~=3.11.2", "3.12", false}, {"==3.12.*", "3.12", true}, {"==3.12.*", "3.13", false},
		{fromPoetry("^3.11"), "3.14", true}, {fromPoetry("^3.11"), "3.10", false}, {fromPoetry("~3.11"), "3.12", false}, {fromPoetry(">=3.9,<3.9.7 || >3.9.7,<3.13"), "3.12", true},
		{"3.12", "3.12", true}, {"3.12", "3.13", false}, {">3.8", "3.13", true}, {"!=3.13.1,>=3.13", "3.13", true}, {"*", "3.9", true}, {">=3.10.2", "3.10", true}, {"<3.13", "3.13", false},
	} {
		if got, err := allows(c.text, c.line); err != nil || got != c.want {
			t.Errorf("%q and %s: %v, %v", c.text, c.line, got, err)
		}
	}
	if _, err := allows("not a range", "3.12"); err == nil {
		t.Error("a text that is no range is accepted")
	}
}

func TestMinor(t *testing.T) {
	for text, want := range map[string]string{"3.12": "3.12", "python-3.11.4": "3.11", "cpython@3.12": "3.12", "3.14t": "3.14", "cpython-3.12.1-linux-x86_64-gnu": "3.12", "pypy3.10": "", "myenv": "", "3.13.0rc1": "3.13"} {
		if got, _ := minor(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestRequirement(t *testing.T) {
	for text, want := range map[string]dependency{
		"Flask_SQLAlchemy>=3,<4":                     {name: "flask-sqlalchemy", spec: ">=3,<4"},
		"psycopg[binary, pool]==3.2 ; os_name=='nt'": {name: "psycopg", extras: []string{"binary", "pool"}, spec: "==3.2", marker: "os_name=='nt'"},
		"x @ git+https://registry.example/x.git":     {name: "x", url: "git+https://registry.example/x.git"},
		"requests (>=2.0)":                           {name: "requests", spec: ">=2.0"},
	} {
		got, ok := parseRequirement(text, fact.Source{})
		if !ok || got.name != want.name || got.spec != want.spec || got.marker != want.marker || got.url != want.url || len(got.extras) != len(want.extras) {
			t.Errorf("%q: %+v", text, got)
		}
	}
	for _, text := range []string{"./lib", "-e .", "", "==1.0"} {
		if d, ok := parseRequirement(text, fact.Source{}); ok {
			t.Errorf("%q is read as %+v", text, d)
		}
	}
}

func TestOnLinux(t *testing.T) {
	for marker, want := range map[string]bool{
		"": true, "sys_platform == 'win32'": false, "sys_platform != 'win32'": true, "python_version < '3.9'": true,
		"sys_platform == 'win32' or sys_platform == 'linux'": true, "extra == 'x' and platform_system == \"Darwin\"": false,
	} {
		if got := onLinux(marker); got != want {
			t.Errorf("%q: %v", marker, got)
		}
	}
}

func TestMarkerOnLine(t *testing.T) {
	for marker, want := range map[string]bool{
		"": true, "python_version < '3.9'": false, `python_full_version >= "3.13"`: true, "python_full_version >= '3.14'": false, "python_version > '3.13'": false, "python_version == '3.13'": true,
		"'3.9' > python_version": false, "python_version <= '3.13' and (sys_platform == 'win32' or python_version < '3.10')": false, "(python_version < '3.10') or extra == 'x'": true,
		"python_full_version < '3.13.2'": true, "python_version in '3.8 3.9'": true, "platform_machine != 'aarch64' and python_version<'3.12'": false, "python_version >= 'x'": true, "(python_version < '3.9'": true, "and": true,
		"sys_platform not in 'win32'": true, "implementation_name == 'pypy' and python_version >= '3.13'": false,
	} {
		if got := holds(marker, "3.13"); got != want {
			t.Errorf("%q: %v", marker, got)
		}
	}
}

// A locked package that markers leave out on a line is neither compiled nor missing there.
func TestLockOnLine(t *testing.T) {
	for name, files := range map[string]map[string]string{
		"uv": {
			"pyproject.toml": "[project]\nname = \"app\"\ndependencies = [\"gradio\"]\n",
			"uv.lock": "version = 1\n\n[[package]]\nname = \"app\"\nversion = \"0\"\nsource = { virtual = \".\" }\ndependencies = [{ name = \"gradio\" }]\n\n" +
				"[[package]]\nname = \"gradio\"\nversion = \"5.0\"\ndependencies = [{ name = \"audioop-lts\", marker = \"python_full_version >= '3.13'\" }]\n\n" +
				"[[package]]\nname = \"audioop-lts\"\nversion = \"0.2.1\"\nwheels = [{ url = \"https://registry.example/audioop_lts-0.2.1-cp313-abi3-manylinux_2_17_x86_64.whl\" }]\n",
		},
		"poetry": {
			"pyproject.toml": "[tool.poetry]\nname = \"app\"\n[tool.poetry.dependencies]\ngradio = \"*\"\n",
			"poetry.lock": "[[package]]\nname = \"gradio\"\nversion = \"5.0\"\n[package.dependencies]\naudioop-lts = {version = \"*\", markers = \"python_version >= '3.13'\"}\n\n" +
				"[[package]]\nname = \"audioop-lts\"\nversion = \"0.2.1\"\nfiles = [{file = \"audioop_lts-0.2.1-cp313-abi3-manylinux_2_17_x86_64.whl\"}]\n\n[metadata]\nlock-version = \"2.0\"\n",
		},
		"pdm": {
			"pyproject.toml": "[project]\nname = \"app\"\ndependencies = [\"gradio\"]\n",
			"pdm.lock": "[[package]]\nname = \"gradio\"\nversion = \"5.0\"\n\n" +
				"[[package]]\nname = \"audioop-lts\"\nversion = \"0.2.1\"\nmarker = \"python_version >= '3.13'\"\nfiles = [{file = \"audioop_lts-0.2.1-cp313-abi3-manylinux_2_17_x86_64.whl\"}]\n",
		},
	} {
		files["main.py"] = "print(1)\n"
		p := projectOf(t, files)
		for _, line := range []string{"3.12", "3.13"} {
			if missing, ok := p.withoutWheel(line); ok {
				t.Errorf("%s: %s is compiled on %s", name, missing.name, line)
			}
			if _, ok := p.installsOn("audioop-lts", line); ok != (line == "3.13") {
				t.Errorf("%s: audioop-lts on %s: %v", name, line, ok)
			}
		}
	}
}

func TestWheels(t *testing.T) {
	for _, c := range []struct {
		name, line, libc string
		want             bool
	}{
		{"a-1-py3-none-any.whl", "3.13", "musllinux", true},
		{"a-1-cp313-cp313-manylinux_2_17_x86_64.manylinux2014_x86_64.whl", "3.13", "manylinux", true},
		{"a-1-cp313-cp313-manylinux_2_17_x86_64.whl", "3.14", "manylinux", false},
		{"a-1-cp39-abi3-musllinux_1_2_x86_64.whl", "3.14", "musllinux", true},
		{"a-1-cp39-abi3-musllinux_1_2_x86_64.whl", "3.14", "manylinux", false},
		{"a-1-cp313-cp313-macosx_11_0_arm64.whl", "3.13", "manylinux", false},
		{"a-1-py2.py3-none-any.whl", "3.12", "manylinux", true},
	} {
		if w, ok := parseWheel(c.name); !ok || w.fits(c.line, c.libc) != c.want {
			t.Errorf("%s on %s %s: %v", c.name, c.line, c.libc, !c.want)
		}
	}
}

// What is known of each package that people stumble over: what it needs to run on Debian,
// the first package of the list; "" where its wheels bring all, "compiled" where only
// building it from source needs something.
func TestNatives(t *testing.T) {
	for name, want := range map[string]string{
		"psycopg2": "libpq5", "psycopg2-binary": "compiled", "psycopg": "libpq5", "psycopg-c": "libpq5", "mysqlclient": "libmariadb3",
		"lxml": "compiled", "pillow": "compiled", "cryptography": "compiled", "cffi": "compiled", "pycairo": "libcairo2",
		"weasyprint": "libpango-1.0-0", "gdal": "libgdal36", "opencv-python": "libgl1", "opencv-python-headless": "", "pyodbc": "libodbc2",
		"python-ldap": "libldap2", "xmlsec": "libxmlsec1t64-openssl", "pycurl": "libcurl4t64", "soundfile": "libsndfile1", "torch": "",
		"python-magic": "libmagic1t64", "pydub": "ffmpeg", "moviepy": "ffmpeg", "ffmpeg-python": "ffmpeg", "pyicu": "libicu76",
	} {
		n, ok := natives().Packages[name]
		got := ""
		switch {
		case n.Compiled && len(n.Build) > 0 && len(n.Run) > 0:
			got = "compiled"
		case ok:
			got = n.Run[0]
		}
		if got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	for name, n := range natives().Commands {
		if len(n.Run) == 0 || len(n.ApkRun) == 0 || len(n.Build) > 0 {
			t.Errorf("%s: %+v", name, n)
		}
	}
}

// What a package starts is wanted where the code uses the package, or people name it themselves.
func TestStartedByPackages(t *testing.T) {
	frozen := "gitpython==3.1.45\ngradio==5.49.1\npydub==0.25.1\n"
	for code, want := range map[[2]string]string{
		{frozen, "import gradio as gr\ngr.Interface()"}: "", {frozen, "import gradio as gr\ngr.Audio()"}: "ffmpeg", {frozen, "from git import Repo"}: "git", {frozen, "digital = 1"}: "",
		{"gitpython\ngradio==5.49.1\n", "print(1)"}: "git", {"gitpython==3.1.45\ngradio\n", "print(1)"}: "git",
	} {
		p := projectOf(t, map[string]string{"requirements.txt": code[0], "main.py": code[1] + "\n"})
		if got := strings.Join(p.native(false, "3.13").run, " "); got != want {
			t.Errorf("%q: %q, want %q", code, got, want)
		}
	}
}

// The programs that are found, by the root that their imports start from and their module.
func TestPrograms(t *testing.T) {
	app := "from fastapi import FastAPI\n\napp = FastAPI()\n"
	for name, c := range map[string]struct {
		texts map[string]string
		want  string
	}{
		"a sibling":                              {map[string]string{"web/main.py": "import views\n" + app, "web/views.py": ""}, "web main"},
		"a sibling named like a standard module": {map[string]string{"web/main.py": "import logging\n" + app, "web/logging.py": ""}, ". web.main"},
		"relative imports":                       {map[string]string{"web/main.py": "import views\nfrom . import models\n" + app, "web/views.py": "", "web/models.py": ""}, ". web.main"},
		"Django's manage.py alone":               {map[string]string{"src/manage.py": "import sys\n\nif __name__ == \"__main__\":\n    from django.core.management import execute_from_command_line\n    execute_from_command_line(sys.argv)\n"}, ""},
	} {
		c.texts["requirements.txt"] = "fastapi\ndjango\n"
		var found []string
		for _, program := range projectOf(t, c.texts).programs {
			found = append(found, program.root+" "+program.module)
		}
		if got := strings.Join(found, ", "); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// What the program imports is missed only where all that is installed is known.
func TestMissing(t *testing.T) {
	code := "from flask import Flask\napp = Flask(__name__)\n"
	for name, c := range map[string]struct {
		manifest, text string
		want           int
	}{
		"by hand":        {"requirements.txt", "flask-restful==0.3.10\n", 0},
		"compiled":       {"requirements.txt", "# This file is autogenerated by pip-compile with Python 3.12\nredis==5.0\n", 1},
		"compiled whole": {"requirements.txt", "# This file is autogenerated by pip-compile with Python 3.12\nflask==3.1\n", 0},
		"nothing":        {"pyproject.toml", "[project]\nname = \"app\"\n", 1},
		"dynamic":        {"pyproject.toml", "[project]\nname = \"app\"\ndynamic = [\"dependencies\"]\n", 0},
	} {
		p := projectOf(t, map[string]string{c.manifest: c.text, "app.py": code})
		if notes := p.missing(p.programs[0], "3.13"); len(notes) != c.want {
			t.Errorf("%s: %v", name, notes)
		}
	}
}

// uv writes versions in their normal form: that alone is no drift.
func TestUVDrift(t *testing.T) {
	for version, want := range map[string]bool{"26.08.0-dev": false, "26.8.0.dev0": false, "26.9.0": true} {
		p := projectOf(t, map[string]string{
			"pyproject.toml": "[project]\nname = \"app\"\nversion = \"" + version + "\"\n",
			"uv.lock":        "version = 1\n\n[[package]]\nname = \"app\"\nversion = \"26.8.0.dev0\"\nsource = { virtual = \".\" }\n",
		})
		if _, drifted := p.drift(); drifted != want {
			t.Errorf("%s: drift %v, want %v", version, drifted, want)
		}
	}
}

func TestBelow(t *testing.T) {
	for spec, want := range map[string]bool{
		"==5.2.7": true, "==5.2.8": false, "==4.2.*": true, "==5.2.*": false, "<5": true, ">=4.2,<5.2": true, "<5.2.8": true, "<=5.2.8": false, "<6": false,
		"~=4.2.1": true, "~=5.2": false, "~=5": false, "^4.2": true, "^5.0": false, ">=4.2": false, "": false, "*": false,
	} {
		if got := (dependency{spec: spec}).below("5.2.8"); got != want {
			t.Errorf("%q is below 5.2.8: %v, want %v", spec, got, want)
		}
	}
}

// TestDeepMarker: a marker of nothing but parentheses ends before the stack does.
func TestDeepMarker(t *testing.T) {
	defer debug.SetMaxStack(debug.SetMaxStack(4 << 20))
	if !holds(strings.Repeat("(", 100_000), "3.13") {
		t.Error("what is no marker leaves a dependency out")
	}
	if holds("(sys_platform == 'win32' or (os_name == 'nt'))", "3.13") {
		t.Error("a marker in parentheses is not read")
	}
}

// TestRecoded is the list that `pip freeze > requirements.txt` leaves in PowerShell: UTF-16.
func TestRecoded(t *testing.T) {
	list := "\xff\xfe"
	for _, c := range "flask==3.1.2\r\npywin32==306\r\n" {
		list += string([]byte{byte(c), 0})
	}
	for text, want := range map[string]string{list: "utf-16", "flask==3.1.2\npywin32==306\n": ""} {
		p := projectOf(t, map[string]string{"requirements.txt": text, "app.py": "import flask\napp = flask.Flask(__name__)\n"})
		if len(p.withoutUnfound()) == 0 {
			t.Fatalf("%q: nothing is taken out", text)
		}
		if got := strings.Join(p.recoded(), " "); strings.Contains(got, "utf-16") != (want != "") {
			t.Errorf("%q: %s", text, got)
		}
	}
}

// TestGroupWheels limits Python by the wheels of a group that production installs.
func TestGroupWheels(t *testing.T) {
	p := projectOf(t, map[string]string{
		"app.py":         "print(1)\n",
		"pyproject.toml": "[project]\nname = \"shop\"\nversion = \"1\"\nrequires-python = \">=3.10\"\n[dependency-groups]\nproduction = [\"gevent\"]\ndev = [\"mypy\"]\n",
		"uv.lock": "version = 1\n\n[[package]]\nname = \"shop\"\nversion = \"1\"\nsource = { virtual = \".\" }\n\n[package.dev-dependencies]\nproduction = [{ name = \"gevent\" }]\ndev = [{ name = \"mypy\" }]\n\n" +
			"[[package]]\nname = \"gevent\"\nversion = \"24.11.1\"\nwheels = [{ url = \"https://registry.example/gevent-24.11.1-cp313-cp313-manylinux_2_17_x86_64.whl\" }]\n\n" +
			"[[package]]\nname = \"mypy\"\nversion = \"1\"\nwheels = [{ url = \"https://registry.example/mypy-1-py3-none-any.whl\" }]\n",
	})
	installed := p.lock.production("3.13")
	if installed["gevent"] == nil || installed["mypy"] != nil {
		t.Errorf("installed: %v", installed)
	}
	if missing, ok := p.withoutWheel("3.14"); !ok || missing.name != "gevent" {
		t.Errorf("3.14 is not ruled out: %v", missing)
	}
}

// TestShownAlone takes a package that is set aside by its name where there is no other code.
func TestShownAlone(t *testing.T) {
	app := "from flask import Flask\napp = Flask(__name__)\n"
	for name, c := range map[string]struct {
		files map[string]string
		want  int
	}{
		"alone":   {map[string]string{"website/__init__.py": app}, 1},
		"folder":  {map[string]string{"examples/app.py": app}, 0},
		"beside":  {map[string]string{"website/__init__.py": app, "main.py": "print(1)\n"}, 1}, // main.py
		"imports": {map[string]string{"website/__init__.py": app, "main.py": "from website import app\n"}, 1},
		"django":  {map[string]string{"website/manage.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n", "website/shop/__init__.py": "", "website/shop/settings.py": "", "website/shop/wsgi.py": "from django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()\n", "load.py": "print(1)\n"}, 1},
	} {
		c.files["requirements.txt"] = "flask\n"
		p := projectOf(t, c.files)
		if len(p.programs) != c.want {
			t.Errorf("%s: %d programs", name, len(p.programs))
		}
		if shown := len(p.programs) > 0 && strings.HasPrefix(p.programs[0].file, "website/"); shown != (name != "beside" && name != "folder") {
			t.Errorf("%s: %s", name, p.programs[0].file)
		}
	}
}

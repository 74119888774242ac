package java

import (
	"path"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dockgen/dockgen/internal/fact"
)

// TestKnown reads our own data.
func TestKnown(t *testing.T) {
	k := known()
	if len(k.Boot) == 0 || len(k.Gradle) == 0 || k.Plugins["maven-dependency-plugin"] == "" || len(k.Jlink.Always) == 0 {
		t.Errorf("data/frameworks.json lacks a part: %+v", k)
	}
}

func TestMajor(t *testing.T) {
	for version, want := range map[string]string{
		"21": "21", "1.8": "8", "8": "8", "17.0.9-tem": "17", "temurin-21.0.1+12": "21", "21.0.2": "21", "openjdk64-11.0.2": "11", "semeru-openj9-17.0.9+9_openj9-0.41.0": "17", "temurin-jre-21.0.1+12.0.LTS": "21", "${x}": "", "": "",
	} {
		if got, _ := major(version); got != want {
			t.Errorf("major(%q) = %q, want %q", version, got, want)
		}
	}
}

// TestScript: both DSLs give the same paths, and comments and strings hide what they hold.
func TestScript(t *testing.T) {
	for name, source := range map[string]string{
		"groovy":    "// id 'no'\nplugins {\n  id 'application' /* { */\n}\njava { toolchain { languageVersion = JavaLanguageVersion.of(21) } }\ntasks.named('bootJar') {\n  archiveFileName = 'a{.jar'\n}\n",
		"kotlin":    "plugins {\n  id(\"application\")\n}\njava { toolchain { languageVersion = JavaLanguageVersion.of(21) } }\ntasks.named<BootJar>(\"bootJar\") {\n  archiveFileName =\n    \"a{.jar\"\n}\n",
		"annotated": "@file:Suppress(\"unused\")\n@Suppress(\"DSL_SCOPE_VIOLATION\") plugins {\n  id(\"application\")\n}\njava { toolchain { languageVersion = JavaLanguageVersion.of(21) } }\ntasks.named<BootJar>(\"bootJar\") {\n  archiveFileName = \"a{.jar\"\n}\n",
	} {
		var got []string
		for _, s := range script("build.gradle", source) {
			if s.path == "plugins.id" || strings.HasSuffix(s.path, "languageVersion") || strings.HasSuffix(s.path, "archiveFileName") {
				value := strings.Join(s.strings(), " ")
				got = append(got, s.path+" "+value)
			}
		}
		want := []string{"plugins.id application", "java.toolchain.languageVersion ", "bootJar.archiveFileName a{.jar"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: -want +got\n%s", name, diff)
		}
	}
}

// TestConditions: what a condition on properties says where the build has the property "on" only.
func TestConditions(t *testing.T) {
	set := properties(func(name string) truth {
		return map[string]truth{"on": holds, "off": fails}[name]
	})
	for condition, want := range map[string]truth{
		`hasProperty("on")`: holds, `(project.hasProperty('off'))`: fails, `!rootProject.hasProperty("off")`: holds, `hasProperty("else")`: 0,
		`hasProperty("off") || hasProperty("on")`: holds, `hasProperty("off") && computed()`: fails, `hasProperty("on") && computed()`: 0,
		`!(hasProperty("on") && hasProperty("off"))`: holds, `project.findProperty("off") == "yes"`: fails, `findProperty("off")?.toString() ?: "yes"`: 0,
		`findProperty("on") == "yes"`: 0, `findProperty("off") == null`: holds, `findProperty("off") != "no"`: holds,
		`providers.gradleProperty("off").isPresent`: fails, `hasProperty("$off")`: 0, `System.getenv("off")`: 0, ``: 0, `(`: 0, `!`: 0,
	} {
		if got := set.judge(lex(condition), 0); got != want {
			t.Errorf("%s: got %d, want %d", condition, got, want)
		}
	}
}

// TestBranches: the statements of if, else if and else, and what stands behind them.
func TestBranches(t *testing.T) {
	source := "if (hasProperty('on')) {\n a()\n} else if (hasProperty('off')) {\n b()\n} else {\n c()\n}\nd()\nif (hasProperty('off')) { tasks.x { e() } }\nelse {\n f()\n}\n"
	set := properties(func(name string) truth { return map[string]truth{"on": holds, "off": fails}[name] })
	got := map[string]truth{}
	for _, s := range script("build.gradle", source) {
		if name := path.Ext("." + s.path); len(name) == 2 {
			got[name[1:]] = set.all(s.guards)
		}
	}
	want := map[string]truth{"a": holds, "b": fails, "c": fails, "d": holds, "e": fails, "f": holds, "x": fails}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

// TestMains: what a JVM can start, by language.
func TestMains(t *testing.T) {
	for _, c := range []struct{ file, source, want string }{
		{"A.java", "package a.b; public class A { public static void main(String[] args) {} }", "a.b.A"},
		{"A.java", `class A { String s = "static void main(String"; /* static void main(String[] a) {} */ }`, ""},
		{"A.java", "class A { void main(int x) {} static class B { public static void main(final String... a) {} } }", "A$B"},
		{"app.kt", "package x\nfun main() { println() }", "x.AppKt"},
		{"App.kt", "package x\nobject App { @JvmStatic fun main(args: Array<String>) {} }", "x.App"},
		{"App.kt", "class A { fun main() {} }", ""},
		{".kt", "fun main() {}", ""},
		{"M.scala", "package m\nobject M extends App { }", "m.M"},
	} {
		var s sources
		s.read(c.file, c.file[strings.LastIndex(c.file, "."):], lex(c.source))
		got := ""
		for _, m := range s.mains {
			got += m.name
		}
		if got != c.want {
			t.Errorf("%s: %s: got %q, want %q", c.file, c.source, got, c.want)
		}
	}
}

// FuzzLex: no panic, and each token's line exists and, outside strings, holds it.
func FuzzLex(f *testing.F) {
	f.Add("plugins { id 'x' } // y\n\"a ${b(\"c\")}\" /* d\n */ '''e'''\n1..2")
	f.Fuzz(func(t *testing.T, source string) {
		lines := strings.Split(source, "\n")
		for _, k := range lex(source) {
			if k.line < 1 || k.line > len(lines) {
				t.Fatalf("line %d of %d", k.line, len(lines))
			}
			if (k.kind == word || k.kind == mark) && !strings.Contains(lines[k.line-1], k.text) {
				t.Errorf("line %d does not hold %q", k.line, k.text)
			}
		}
		for _, s := range script("build.gradle", source) {
			if s.line < 1 || s.line > len(lines) {
				t.Errorf("statement at line %d of %d", s.line, len(lines))
			}
		}
		var s sources
		s.read("A.kt", ".kt", lex(source))
		s.read("A.java", ".java", lex(source))
	})
}

// FuzzXML: no panic, and each element's line exists and holds its name.
func FuzzXML(f *testing.F) {
	f.Add("<project>\n<a>${b}</a>\n</project>")
	f.Fuzz(func(t *testing.T, source string) {
		root, err := parseXML("pom.xml", []byte(source))
		if err != nil || root == nil {
			return
		}
		lines := strings.Split(source, "\n")
		for _, e := range append(root.find("a"), root) {
			if e.line < 1 || e.line > len(lines) {
				t.Fatalf("line %d of %d", e.line, len(lines))
			}
		}
		p := &pom{file: "pom.xml", dir: ".", root: root}
		p.property("a")
		p.releases()
		p.mainClass()
		p.dependencies()
	})
}

// TestAddress: the address and the port that embeddedServer is given, with the variables that change them.
func TestAddress(t *testing.T) {
	for source, want := range map[string]string{
		`embeddedServer(Netty, port = 8080, host = "localhost") {}`:                                                 "8080 loopback",
		`embeddedServer(Netty, 8081, "127.0.0.1", module = Application::module)`:                                    "8081 loopback",
		`embeddedServer(Netty, host = System.getenv("HOST") ?: "localhost", port = 8082)`:                           "8082 HOST",
		`embeddedServer(Netty, host = System.getenv("HOST") ?: "0.0.0.0", port = System.getenv("WEB").toInt())`:     "WEB",
		"val bind = System.getenv()[\"BIND\"]\n    ?: \"localhost\"\nval db = \"x\"\nembeddedServer(CIO, 80, bind)": "80 BIND",
		"const val PORT = 8083\nembeddedServer(CIO, PORT) {}":                                                       "8083",
		`embeddedServer(Netty, port = env.int("WEB_PORT", 8084))`:                                                   "WEB_PORT=8084",
		`embeddedServer(Netty, port = config.property("ktor.port").getString().toInt())`:                            "",
		`embeddedServer(`: "",
	} {
		var s sources
		s.read("a.kt", ".kt", lex(source))
		s.address()
		var got []string
		for _, p := range s.ports {
			got = append(got, strconv.Itoa(p.Value))
		}
		if name := s.portName; name != "" {
			for _, p := range s.envs {
				name += "=" + strconv.Itoa(p.Value)
			}
			got = append(got, name)
		}
		if !s.loopback.IsZero() {
			got = append(got, "loopback")
		}
		if s.hostEnv.env != "" {
			got = append(got, s.hostEnv.env)
		}
		if diff := cmp.Diff(want, strings.Join(got, " ")); diff != "" {
			t.Errorf("%s: -want +got\n%s", source, diff)
		}
	}
}

// TestMicronautTLS: the port of a server that speaks TLS only.
func TestMicronautTLS(t *testing.T) {
	for source, want := range map[string]string{
		"micronaut.server.ssl.enabled=true\nmicronaut.server.port=-1":        "8443",
		"micronaut.ssl.enabled=true\nmicronaut.ssl.port=9443":                "9443",
		"micronaut.server.ssl.enabled=true\nmicronaut.server.ssl.port=9444":  "9444",
		"micronaut.ssl.enabled=true\nmicronaut.server.dual-protocol=true":    "",
		"micronaut.server.ssl.enabled=false\nmicronaut.server.ssl.port=9444": "",
	} {
		c := config{values: map[string]fact.Of[string]{}}
		c.properties("application.properties", source)
		if got := c.micronautTLS().Value; got != want {
			t.Errorf("%q: got %q, want %q", source, got, want)
		}
	}
}

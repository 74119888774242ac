package java

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/catalogue"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
)

// portNames are the settings that hold a port, by framework.
var portNames = []string{"server.port", "quarkus.http.port", "micronaut.server.port", "ktor.deployment.port", "armeria.ports[0].port", "http.port"}

// network settles the port and the path that says whether the program is well.
func (d *planning) network(p *project) {
	m := d.m
	started := d.startedProfile()
	c := settings(m.view, m.property, started, m.resources...)
	asks := d.asksServer(c)
	if asks {
		c = d.served(c)
	}
	d.config = c
	s := p.sources
	for _, b := range c.broken {
		d.plan.Notes = append(d.plan.Notes, detect.Note{Warning: true, At: b.From, Text: "cannot be read: " + b.Value})
	}
	if name, _ := c.deployed(m.view, m.resources); name != "" && c.active.Known() && !started.Known() {
		d.plan.Notes = append(d.plan.Notes, detect.Note{At: c.active.From, Text: "the program starts with the profile " + c.active.Value + ": -e SPRING_PROFILES_ACTIVE=" + name + " takes the one for production"})
	}
	configured := d.configuredPort(c)
	if connector := d.connectorPort(); !configured.Known() {
		configured = connector
	}
	var coded fact.Of[int]
	if len(s.ports) > 0 {
		coded = s.ports[max(0, slices.IndexFunc(s.ports, func(n fact.Of[int]) bool { return n.From.File == d.program.at.File }))]
	} else if asked := c.asked(s.settings); asked.Known() {
		coded, d.portEnv = c.portSetting(asked)
	}
	if !s.env.IsZero() {
		if d.portEnv = s.portName; d.portEnv == "" {
			d.portEnv = "PORT"
		}
		coded = fact.New(8080, fact.At(s.env.File, s.env.Line, "reads "+d.portEnv+" and names no other"))
		if len(s.envs) > 0 {
			coded = s.envs[0]
		}
	}
	library, serves := m.server()
	if !serves && s.serve.IsZero() && m.artifact.shape != war && !configured.Known() {
		coded = fact.Of[int]{}
	}
	if m.artifact.shape == war {
		library, d.portEnv = fact.New(8080, fact.Default("Tomcat")), ""
	}
	var written fact.Of[int]
	if !configured.Known() && !coded.Known() && (!library.Known() || asks) && m.artifact.shape != war {
		written = m.writtenPort()
	}
	if asks && written.Known() {
		library = fact.Of[int]{} // the server says another one
	}
	told := d.toldPort()
	if told.Known() {
		d.portEnv = "" // has no effect
	}
	port, lost := fact.First(d.Settings.Port, told, configured, coded, library, written)
	if d.Settings.Port.Known() && d.portEnv == "" {
		d.portEnv = m.portVariable()
	}
	d.port = port
	if port.Known() {
		if port.Value == 0 { // server.port=0 asks for any free one
			d.port = fact.Of[int]{}
		} else {
			d.plan.Reasons = append(d.plan.Reasons, detect.Because("port", "port", port, lost...))
		}
	}
	d.healthOf(c)
	d.connections(c)
	d.asked(c, s)
	d.reachable(c, s)
	for _, key := range c.keys(m.view, m.resources) {
		if !detect.LooksSecret(m.view, key.Value) {
			continue // a public one
		}
		d.plan.Keep = append(d.plan.Keep, key.Value)
		d.plan.Notes = append(d.plan.Notes, detect.Note{Warning: true, At: key.From, Text: key.Value + " goes into the image, since this setting names it: everybody who has the image has its key"})
	}
}

// configuredPort is the port in the settings that the frameworks read by themselves.
func (d *planning) configuredPort(c config) (port fact.Of[int]) {
	if v := c.micronautTLS(); v.Known() {
		port, d.portEnv = c.portSetting(v)
		return port
	}
	if v := c.value(portNames...); v.Known() {
		port, d.portEnv = c.portSetting(v)
	}
	if !port.Known() && d.portEnv != "" {
		port = fact.New(8080, fact.Default(d.portEnv+" decides"))
	}
	return port
}

// reachable opens a server that its settings bind to the loopback address, which
// nothing outside the container reaches.
func (d *planning) reachable(c config, s sources) {
	for _, setting := range []struct{ name, variable string }{
		{"server.address", "SERVER_ADDRESS"}, {"micronaut.server.host", "MICRONAUT_SERVER_HOST"},
	} {
		if v := c.value(setting.name); loopback(v.Value) {
			d.opens(setting.variable, v)
		}
	}
	at := s.loopback
	if v, env := c.resolved(c.value("ktor.deployment.host")); loopback(v.Value) {
		switch {
		case env != "":
			d.opens(env, v)
		case d.startsEngine(s):
			d.openArgs = []string{ktorHost}
			d.plan.Reasons = append(d.plan.Reasons, detect.Reason{ID: "address", What: "address", Value: ktorHost, From: v.From, Note: v.Value + " is not reached from outside the container"})
		case len(s.embedded) == 0: // embeddedServer does not read them
			at = v.From
		}
	}
	if s.hostEnv.env != "" {
		d.opens(s.hostEnv.env, fact.New(s.hostEnv.standard, s.hostEnv.at))
	}
	if !at.IsZero() && d.port.Known() {
		d.plan.Notes = append(d.plan.Notes, detect.Note{Warning: true, At: at, Text: "listens on the loopback address, which nothing outside the container reaches: 0.0.0.0 is the address to listen on"})
	}
}

// ktorHost is the argument by which EngineMain listens elsewhere than its configuration
// says (https://ktor.io/docs/server-configuration-file.html#command-line, 2026-11).
const ktorHost = "-host=0.0.0.0"

// startsEngine reports whether the program is Ktor's EngineMain, or hands its arguments to it.
func (d *planning) startsEngine(s sources) bool {
	return strings.HasSuffix(d.program.name, ".EngineMain") || !s.engine.IsZero()
}

// opens makes a variable bind the server to every address instead of the one found.
func (d *planning) opens(variable string, found fact.Of[string]) {
	d.open = envVar{variable, "0.0.0.0"}
	d.plan.Reasons = append(d.plan.Reasons, detect.Reason{ID: "address", What: "address", Value: "0.0.0.0", From: found.From, Note: found.Value + " is not reached from outside the container"})
}

func loopback(host string) bool { return host == "localhost" || host == "127.0.0.1" || host == "::1" }

// portVariable is the variable by which the framework takes a port from outside.
func (m *module) portVariable() string {
	for _, f := range []struct{ pattern, name string }{
		{"org.springframework.boot:*", "SERVER_PORT"}, {"io.quarkus:*", "QUARKUS_HTTP_PORT"}, {"io.micronaut*:*", "MICRONAUT_SERVER_PORT"},
	} {
		if _, ok := m.has(f.pattern); ok {
			return f.name
		}
	}
	return ""
}

// healthOf is where the program says whether it is well, if it does.
func (d *planning) healthOf(c config) {
	base := strings.TrimSuffix(c.text("server.servlet.context-path", "spring.webflux.base-path"), "/")
	if at, ok := d.m.has("org.springframework.boot:spring-boot-starter-actuator"); ok && d.port.Known() {
		prefix := "/actuator"
		if v := c.value("management.endpoints.web.base-path"); v.Known() {
			prefix = strings.TrimSuffix(v.Value, "/")
		}
		if management, _ := c.resolved(c.value("management.server.port")); management.Known() && management.Value != strconv.Itoa(d.port.Value) {
			d.plan.Notes = append(d.plan.Notes, detect.Note{At: management.From, Text: "the management port is " + management.Value + ", which is not published"})
			return
		}
		d.health = fact.New(base+prefix+"/health", at)
	}
	for _, f := range []struct{ pattern, path string }{
		{"io.quarkus:quarkus-smallrye-health", "/q/health"}, {"io.micronaut:micronaut-management", "/health"},
		{"io.helidon.health:*", "/observe/health"}, {"io.helidon.webserver.observe:helidon-webserver-observe-health", "/observe/health"},
	} {
		if at, ok := d.m.has(f.pattern); ok && !d.health.Known() && d.port.Known() {
			d.health = fact.New(f.path, at)
		}
	}
	if d.health.Known() {
		d.plan.Reasons = append(d.plan.Reasons, detect.Because("health", "health", d.health))
		if d.base.variant != detect.Alpine {
			d.plan.Notes = append(d.plan.Notes, detect.Note{At: d.health.From, Text: fmt.Sprintf("nothing in the image can probe; let the platform ask GET %s on port %d", d.health.Value, d.port.Value)})
		}
	}
}

// environment are the variables of the final image.
func (d *planning) environment() []envVar {
	var vars []envVar
	if d.native == nil {
		vars = append(vars, envVar{"JAVA_TOOL_OPTIONS", jvmOptions})
	}
	if d.portEnv != "" && d.port.Known() {
		vars = append(vars, envVar{d.portEnv, strconv.Itoa(d.port.Value)})
	}
	if _, ok := d.m.has("io.quarkus:*"); ok || d.m.artifact.shape == quarkusFast {
		vars = append(vars, envVar{"QUARKUS_HTTP_HOST", "0.0.0.0"})
	}
	if d.open.name != "" {
		vars = append(vars, d.open)
	}
	if d.profile.name != "" {
		vars = append(vars, d.profile)
	}
	return vars
}

// springProfile is the variable that names the profiles a program of Spring starts with.
const springProfile = "SPRING_PROFILES_ACTIVE"

// startedProfile are the profiles of Spring that people's own Dockerfile starts the program with.
// Where a variable names them, the image has it too; its arguments are kept as they are.
func (d *planning) startedProfile() fact.Of[string] {
	r, ok := d.m.recipeOf(d.program.name)
	if _, spring := d.m.has("org.springframework.boot:*"); !ok || !spring {
		return fact.Of[string]{}
	}
	for _, word := range append(slices.Clone(r.options), r.arguments...) {
		for _, prefix := range []string{"-Dspring.profiles.active=", "--spring.profiles.active="} {
			if value, ok := strings.CutPrefix(word, prefix); ok && profileList.MatchString(value) {
				return fact.New(value, r.From)
			}
		}
	}
	for _, e := range r.Env {
		if value, ok := strings.CutPrefix(e.Value, springProfile+"="); ok && profileList.MatchString(value) {
			d.profile = envVar{springProfile, value}
			d.plan.Reasons = append(d.plan.Reasons, detect.Because("profile", "profile", fact.New(value, e.From)))
			return fact.New(value, e.From)
		}
	}
	return fact.Of[string]{}
}

var profileList = pattern.New(`^[A-Za-z0-9_.,-]+$`)

// jvmOptions: the JVM sees the container's limits, but takes only a quarter of the
// memory by itself; and a JVM without memory should end so that it is started again.
// https://docs.oracle.com/en/java/javase/21/docs/specs/man/java.html, 2026-11
const jvmOptions = "-XX:MaxRAMPercentage=75 -XX:+ExitOnOutOfMemoryError"

type envVar struct{ name, value string }

// atLeast reports whether the image's Java is that release or newer.
func (d *planning) atLeast(release string) bool {
	return catalogue.Compare(d.line.Version, release) >= 0
}

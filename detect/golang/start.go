package golang

import (
	"net"
	"slices"
	"strconv"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/templates"
)

// start is how the program is started: what follows the entry point, and its environment.
type start struct {
	arguments []string
	given     []argument // of them, those that people's own Dockerfile starts it with
	from      fact.Source
	env       []templates.Var
	opens     bool              // the environment or an argument makes a loopback listener answer from outside
	setsPort  bool              // … and sets the port
	choices   []fact.Of[string] // sub-commands, where none plainly starts the service
}

func (m *module) startOf(d decided) start {
	var s start
	if argv := d.needs.commandLine(m.sources(d.pkg), d.port.Value); len(argv) > 0 {
		return start{arguments: argv, from: d.needs.frameworkAt, opens: true, setsPort: true}
	}
	commands := m.sources(d.pkg).commands
	argv, from := m.written(d.pkg)
	s.given = slices.Clone(d.needs.arguments)
	switch serve, ok := commands.serve(); {
	case len(s.given) > 0:
		s.from = d.needs.argumentsAt
	case len(argv) > 0 && commands.has(argv[0]):
		s.arguments, s.from = argv[:1], from
	case ok:
		s.arguments, s.from = []string{serve.Value}, serve.From
	case !commands.runs && len(commands.names) > 0 && commands.library != "os.Args" && commands.library != "go-arg":
		s.choices = commands.names
	}
	if !d.network.readsPort.IsZero() && d.port.Known() {
		s.env, s.setsPort = append(s.env, templates.Var{Name: "PORT", Value: strconv.Itoa(d.port.Value)}), true
	}
	if set := d.network.set; set.shown && d.port.Value == d.network.port.Value {
		s.env, s.from = append(s.env, templates.Var{Name: set.env, Value: set.value}), set.at // it has no default of its own
	}
	isService := d.request.Program.Kind == detect.Service
	changed := d.request.Settings.Port.Known() && d.port.Value != d.network.port.Value
	if isService && (changed || !d.network.loopback.IsZero()) {
		s.address(m.sources(d.pkg), d)
	}
	var words []string
	for _, a := range s.given {
		words = append(words, a.text()...)
	}
	s.arguments = append(words, s.arguments...)
	return s
}

// address sets the address that the program listens on by its own flag or variable,
// where its default would not answer from outside a container or on the chosen port.
func (s *start) address(sources *sources, d decided) {
	hosts := sources.hosts(d.network.set)
	for _, set := range sources.settings {
		host, port, err := net.SplitHostPort(set.value)
		isAddress := err == nil && portOf(set.value) == d.network.port.Value && portish(set.name)
		isHost := slices.Contains(hosts, set)
		isPort := !isAddress && set == d.network.set && portOf(set.value) > 0
		value := ""
		switch {
		case isAddress && (loopback(set.value) || port != strconv.Itoa(d.port.Value)):
			if loopback(set.value) || host == "" {
				host = "0.0.0.0"
			}
			value = net.JoinHostPort(host, strconv.Itoa(d.port.Value))
			s.opens, s.setsPort = true, true
		case isHost && !d.network.loopback.IsZero():
			value = "0.0.0.0"
			s.opens = true
		case isPort && portOf(set.value) != d.port.Value:
			value = strconv.Itoa(d.port.Value)
			if strings.HasPrefix(set.value, ":") {
				value = ":" + value
			}
			s.setsPort = true
		}
		if value == "" {
			continue
		}
		variable := set.env
		if automatic := sources.automatic(set); variable == "" && envName.MatchString(automatic) {
			variable = automatic
		}
		switch {
		case variable != "" && variable != "PORT":
			s.env = append(s.env, templates.Var{Name: variable, Value: value})
		case set.flag != "":
			s.given = slices.DeleteFunc(s.given, func(a argument) bool { return a.flag == set.flag })
			s.arguments = append(s.arguments, set.flag+"="+value)
		case variable == "":
			s.opens, s.setsPort = s.opens && !isHost && !loopback(set.value), false
			continue
		}
		if s.from.IsZero() {
			s.from = set.at
		}
	}
}

// neededEnv are the variables without which the program does not start, and where the first is read.
func (s *sources) neededEnv() (names []string, at fact.Source) {
	for _, set := range s.settings {
		if !set.needed || set.value != "" || set.other || slices.Contains(names, set.env) {
			continue
		}
		if names = append(names, set.env); at.IsZero() {
			at = set.at
		}
	}
	return names, at
}

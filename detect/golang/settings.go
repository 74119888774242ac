package golang

import (
	"go/ast"
	"go/token"
	"path"
	"reflect"
	"strconv"
	"strings"

	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
)

// setting is a value that can be set from outside, with its default.
type setting struct {
	name   string // as the sources name it: the flag, the variable or the field
	value  string // default, "" where there is none
	at     fact.Source
	flag   string // how a command line sets it: "-addr", "--port"
	env    string // how the environment sets it
	main   bool   // package main defines it
	other  bool   // a command sets it that is not the one we start
	needed bool   // the program does not start where the environment does not set it
	shown  bool   // the value is what a sample of the settings shows; the program has none of its own
}

var (
	envName = pattern.New(`^[A-Z][A-Z0-9_]*$`)
	// A name that says "here I listen", and one that says it of somebody else.
	listenName = pattern.New(`(?i)(^|[_.-]|[a-z])(port|addr|address|listen|listener|bind|listen[_.-]?(on|addr|address|port))$|^http$`)
	otherName  = pattern.New(`(?i)db|database|redis|sql|pg|postgres|mongo|smtp|mail|kafka|amqp|rabbit|nats|etcd|ldap|proxy|upstream|target|remote|statsd|jaeger|otel|otlp|elastic|memcache|cache|client|minio|consul|vault|peer|cluster|gossip|advertise|export|report|support|import|transport|passport|viewport|collector|kubelet|zipkin|sentry|endpoint`)
	asideName  = pattern.New(`(?i)metric|pprof|debug|admin|health|probe|telemetry|internal|tls|https|ssl|grpc|prom|stats|profil|management|mgmt|redirect|acme|control|ssh|ftp`)
)

// portish reports whether a name is that of a port or address to listen on.
func portish(name string) bool { return listenName.MatchString(name) && !otherName.MatchString(name) }

// insists is the name of a function that ends the program where a variable is not set.
var insists = pattern.New(`(?i)^(must|require)d?(get)?(lookup)?_?env|env(var)?_?(or)?_?(panic|fatal|die|required)$`)

// isEnvCall reports whether a function of that name reads an environment variable.
func isEnvCall(name string) bool {
	return strings.Contains(strings.ToLower(name), "env") && !strings.HasPrefix(name, "Set") && !strings.HasPrefix(name, "Unset")
}

// flagKind are the prefixes of functions that define a flag.
var flagKind = pattern.New(`^(String|Int|Uint|Duration)(16|32|64)?(Var)?P?$`)

// flagCall is the flag that a call defines: flag.String("addr", ":8080", "…"),
// fs.IntVarP(&port, "port", "p", 8080, "…"), kingpin's chain Flag("x", "…").Default("…").
func (e *evaluator) flagCall(f *sourceFile, call *ast.CallExpr) (name string, def value, ok bool) {
	fn := called(call)
	if fn == "Default" && len(call.Args) > 0 {
		for inner := receiver(call); inner != nil; inner = receiver(inner) {
			if called(inner) == "Flag" && len(inner.Args) > 0 {
				return e.text(f, inner.Args[0]).text, e.text(f, call.Args[0]), true
			}
		}
		return "", value{}, false
	}
	kind := flagKind.FindStringSubmatch(fn)
	if kind == nil {
		return "", value{}, false
	}
	at := 0
	if kind[3] != "" {
		at = 1
	}
	def1 := at + 1
	if strings.HasSuffix(fn, "P") {
		def1++
	}
	if len(call.Args) != def1+2 {
		return "", value{}, false
	}
	name = e.text(f, call.Args[at]).text
	return name, e.text(f, call.Args[def1]), name != ""
}

// receiver is the call whose result a method is called on.
func receiver(call *ast.CallExpr) *ast.CallExpr {
	if sel, ok := call.Fun.(*ast.SelectorExpr); ok {
		if inner, ok := sel.X.(*ast.CallExpr); ok {
			return inner
		}
	}
	return nil
}

func (e *evaluator) flagDefault(f *sourceFile, call *ast.CallExpr) (value, bool) {
	_, def, ok := e.flagCall(f, call)
	return def, ok && def.text != ""
}

// flag keeps a flag as a setting. Go's own package takes one dash, the others two.
func (r *reader) flag(call *ast.CallExpr) {
	name, def, ok := r.flagCall(r.file, call)
	if !ok || def.text == "" {
		return
	}
	dashes := "--"
	if sel, isSel := call.Fun.(*ast.SelectorExpr); isSel {
		if x, isName := sel.X.(*ast.Ident); isName && r.file.imports[x.Name] == "flag" {
			dashes = "-"
		}
	}
	r.sources.settings = append(r.sources.settings, setting{name: name, value: def.text, at: r.evaluator.at(call.Pos(), "flag "+dashes+name), flag: dashes + name, main: r.isMain})
}

// env keeps an environment variable that a call reads, with the default beside it:
// os.Getenv("PORT"), getEnv("PORT", "8080"), viper.BindEnv("port", "PORT").
func (r *reader) env(call *ast.CallExpr, name string) {
	if !isEnvCall(name) || len(call.Args) == 0 {
		return
	}
	for i, arg := range call.Args[:min(2, len(call.Args))] {
		variable := r.text(r.file, arg).text
		if !envName.MatchString(variable) || len(variable) < 2 {
			continue
		}
		s := setting{name: variable, env: variable, at: r.evaluator.at(call.Pos(), name+`("`+variable+`")`)}
		if i+1 < len(call.Args) {
			s.value = r.text(r.file, call.Args[i+1]).text
		}
		s.needed = insists.MatchString(name) && s.value == ""
		r.sources.settings = append(r.sources.settings, s)
		return
	}
}

// option keeps an entry of a table of settings by the name of their variable, with the one
// address or port that its value holds: {"LISTEN_ADDR": {raw: ":8080"}}, {"PORT": "8080"}.
func (r *reader) option(kv *ast.KeyValueExpr) {
	key, ok := kv.Key.(*ast.BasicLit)
	if !ok || key.Kind != token.STRING {
		return
	}
	name := literal(key).text
	if !envName.MatchString(name) || !portish(name) {
		return
	}
	var found value
	several := false
	ast.Inspect(kv.Value, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING && portOf(literal(lit).text) >= 80 {
			v := literal(lit)
			several = several || (found.text != "" && found.text != v.text)
			found = v
		}
		return true
	})
	if found.text != "" && !several {
		r.sources.settings = append(r.sources.settings, setting{name: name, env: name, value: found.text, at: r.evaluator.at(found.pos, name)})
	}
}

// viper keeps viper.SetDefault("port", 8080) and what makes keys environment variables.
// https://github.com/spf13/viper#working-with-environment-variables
func (r *reader) viper(call *ast.CallExpr, name string) {
	switch {
	case name == "SetDefault" && len(call.Args) == 2:
		key, def := r.text(r.file, call.Args[0]).text, r.text(r.file, call.Args[1]).text
		if key != "" && def != "" {
			r.sources.settings = append(r.sources.settings, setting{name: key, value: def, at: r.evaluator.at(call.Pos(), "viper default "+key)})
		}
	case name == "SetConfigName" && len(call.Args) == 1:
		if v := r.text(r.file, call.Args[0]); v.text != "" && pathLike.MatchString(v.text) {
			r.sources.configNames = append(r.sources.configNames, fact.New(v.text, r.evaluator.at(call.Pos(), "viper.SetConfigName")))
		} else {
			r.sources.configUnnamed = true
		}
	case name == "AddConfigPath" && len(call.Args) == 1:
		if v := r.text(r.file, call.Args[0]); v.text != "" {
			r.sources.configDirs = append(r.sources.configDirs, fact.New(v.text, r.evaluator.at(call.Pos(), "viper.AddConfigPath")))
		}
	case name == "SetConfigFile" && len(call.Args) == 1:
		if v := r.text(r.file, call.Args[0]); strings.HasPrefix(path.Base(v.text), ".env") {
			r.sources.envConfig = fact.New(v.text, r.evaluator.at(call.Pos(), "viper.SetConfigFile"))
		}
	case name == "AutomaticEnv":
		r.sources.autoEnv = r.evaluator.at(call.Pos(), name)
	case (name == "SetEnvPrefix" || (name == "Process" && len(call.Args) == 2)) && len(call.Args) > 0:
		if p := r.text(r.file, call.Args[0]).text; p != "" {
			r.sources.prefix = strings.ToUpper(strings.TrimSuffix(p, "_"))
		}
	}
}

// structTags keeps the fields of configuration structs that libraries fill: `env:"PORT"
// envDefault:"8080"` (caarlos0/env), `envconfig:"PORT" default:"8080"` (kelseyhightower),
// `env:"PORT,default=8080"` (sethvargo), `env:"PORT" env-default:"8080"` (cleanenv),
// `long:"port" env:"PORT" default:"8080"` (go-flags, kong), `arg:"--port,env:PORT"` (go-arg).
func structTag(tag reflect.StructTag) (s setting, ok bool) {
	variable, options, _ := strings.Cut(tag.Get("env"), ",")
	s.env = variable
	if v := tag.Get("envconfig"); v != "" && v != "-" {
		s.env = strings.ToUpper(v)
	}
	for _, key := range []string{"envDefault", "default", "env-default"} {
		if v := tag.Get(key); v != "" && s.value == "" {
			s.value = v
		}
	}
	for option := range strings.SplitSeq(options, ",") {
		if v, found := strings.CutPrefix(option, "default="); found {
			s.value = v
		}
		s.needed = s.needed || option == "required" || option == "notEmpty"
	}
	if v := tag.Get("long"); v != "" {
		s.flag = "--" + v
	}
	for part := range strings.SplitSeq(tag.Get("arg"), ",") {
		if v, found := strings.CutPrefix(part, "env:"); found {
			s.env = v
		} else if strings.HasPrefix(part, "--") {
			s.flag = part
		}
	}
	s.env, _, _ = strings.Cut(s.env, "|")
	for _, key := range []string{"required", "env-required"} {
		s.needed = s.needed || tag.Get(key) == "true"
	}
	s.needed = s.needed && s.env != "" && s.value == ""
	return s, s.env != "" || s.value != "" || s.flag != ""
}

// tags gives fields their default from struct tags.
func (e *evaluator) tags(f *sourceFile, t *ast.StructType) {
	for _, field := range t.Fields.List {
		if s, ok := structTag(tagOf(field)); ok && s.value != "" {
			for _, name := range field.Names {
				if portish(name.Name) && e.fields[name.Name].text == "" {
					e.fields[name.Name] = value{s.value, field.Tag.Pos()}
				}
			}
		}
	}
}

// tagOf is the tag of a field, "" where it has none.
func tagOf(field *ast.Field) reflect.StructTag {
	if field.Tag == nil {
		return ""
	}
	text, err := strconv.Unquote(field.Tag.Value)
	if err != nil {
		return ""
	}
	return reflect.StructTag(text)
}

// subcommand is the name of the command whose settings a field's struct holds:
// `command:"agent"` (go-flags), `arg:"subcommand:agent"` (go-arg), `cmd:""` (kong, which
// names it after the field). By itself is one that kong runs where none is named.
func subcommand(field *ast.Field) (name, library string, byItself bool) {
	tag := tagOf(field)
	if len(field.Names) == 0 {
		return "", "", false
	}
	if word := tag.Get("command"); word != "" {
		return word, "go-flags", false
	}
	if word, ok := strings.CutPrefix(tag.Get("arg"), "subcommand:"); ok {
		return word, "go-arg", false
	}
	if _, ok := tag.Lookup("cmd"); ok {
		name := tag.Get("name")
		if name == "" {
			name = strings.ToLower(field.Names[0].Name)
		}
		return name, "kong", tag.Get("default") != ""
	}
	return "", "", false
}

// fields keeps the settings of a configuration struct.
func (r *reader) fields(t *ast.StructType) {
	for _, field := range t.Fields.List {
		if word, library, byItself := subcommand(field); word != "" {
			r.command(word, library, r.evaluator.at(field.Pos(), library+" command "+word))
			r.sources.commands.runs = r.sources.commands.runs || byItself
			continue
		}
		s, ok := structTag(tagOf(field))
		if !ok || len(field.Names) == 0 {
			continue
		}
		s = r.groupOf(t, r.typ).named(s)
		s.name = field.Names[0].Name
		if s.env != "" {
			s.name = s.env
		}
		s.at, s.other = r.evaluator.at(field.Pos(), "field "+field.Names[0].Name), r.evaluator.others[r.typ]
		r.sources.settings = append(r.sources.settings, s)
	}
}

// cliFlag keeps a flag of urfave/cli: &cli.StringFlag{Name: "addr", Value: ":8080",
// EnvVars: []string{"ADDR"}}. https://cli.urfave.org/v2/examples/flags/
func (r *reader) cliFlag(lit *ast.CompositeLit) {
	s := setting{at: r.evaluator.at(lit.Pos(), "flag"), main: r.isMain}
	for _, elt := range lit.Elts {
		kv, ok := elt.(*ast.KeyValueExpr)
		if !ok {
			continue
		}
		key, _ := kv.Key.(*ast.Ident)
		switch {
		case key == nil:
		case key.Name == "Name":
			s.name = r.text(r.file, kv.Value).text
		case key.Name == "Value":
			s.value = r.text(r.file, kv.Value).text
		case key.Name == "EnvVars" || key.Name == "EnvVar" || key.Name == "Sources":
			ast.Inspect(kv.Value, func(n ast.Node) bool {
				if l, ok := n.(*ast.BasicLit); ok && s.env == "" {
					s.env = literal(l).text
				}
				return true
			})
		}
	}
	if s.name != "" && (s.value != "" || s.env != "") {
		s.flag = "--" + s.name
		s.at.What = "flag --" + s.name
		r.sources.settings = append(r.sources.settings, s)
	}
}

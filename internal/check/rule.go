package check

import (
	"embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"golang.org/x/tools/txtar"

	"github.com/dockgen/dockgen/internal/diag"
)

// The rules are data: rules/CODE.txtar has the name, the level, the sentence, the
// reasons, and a bad and a good example, which are also its tests.
//
//go:embed rules/*.txtar
var ruleFiles embed.FS

// Rule is one rule.
type Rule struct {
	Code  string // DG301
	Name  string // floating-base
	Level Level
	Short string       // one sentence
	Doc   string       // why, and what to do instead: Markdown
	Bad   []txtar.File // a repository that breaks it
	Good  []txtar.File // one that does not
	// Silent are repositories that look as if they broke it and do not, by what they show.
	Silent map[string][]txtar.File
	find   func(*checker)
}

// rules are sorted by code.
var rules = sync.OnceValue(func() []Rule {
	var all []Rule
	entries, err := ruleFiles.ReadDir("rules")
	if err != nil {
		panic(err) // embedded
	}
	for _, e := range entries {
		text, err := ruleFiles.ReadFile("rules/" + e.Name())
		if err != nil {
			panic(err) // embedded
		}
		r, err := readRule(strings.TrimSuffix(e.Name(), ".txtar"), text)
		if err != nil {
			panic("check: " + e.Name() + ": " + err.Error()) // our own data: every test starts here
		}
		all = append(all, r)
	}
	return all
})

// readRule reads a rule: lines of "key: value", a blank line, the text, the trees.
func readRule(code string, text []byte) (Rule, error) {
	archive := txtar.Parse(text)
	head, doc, ok := strings.Cut(string(archive.Comment), "\n\n")
	r := Rule{Code: code, Doc: strings.TrimSpace(doc), find: finders[code], Silent: map[string][]txtar.File{}}
	if !ok || r.find == nil {
		return r, fmt.Errorf("a rule needs a text and a function")
	}
	for line := range strings.Lines(head) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		switch key {
		case "name":
			r.Name = value
		case "level":
			r.Level = Level(value)
		case "short":
			r.Short = value
		default:
			return r, fmt.Errorf("unknown key %q", key)
		}
	}
	if r.Name == "" || r.Short == "" || !slices.Contains(Levels, r.Level) {
		return r, fmt.Errorf("name, level or short is missing")
	}
	for _, f := range archive.Files {
		if name, ok := strings.CutPrefix(f.Name, "bad/"); ok {
			r.Bad = append(r.Bad, txtar.File{Name: name, Data: f.Data})
		} else if name, ok := strings.CutPrefix(f.Name, "good/"); ok {
			r.Good = append(r.Good, txtar.File{Name: name, Data: f.Data})
		} else if rest, ok := strings.CutPrefix(f.Name, "silent/"); ok {
			shows, name, _ := strings.Cut(rest, "/")
			r.Silent[shows] = append(r.Silent[shows], txtar.File{Name: name, Data: f.Data})
		} else {
			return r, fmt.Errorf("%s is in none of bad/, good/ and silent/", f.Name)
		}
	}
	return r, nil
}

// Rules are all rules, sorted by code.
func Rules() []Rule { return rules() }

// Find is the rule of that code or name, nil if there is none.
func Find(word string) *Rule { return rule(word) }

func rule(word string) *Rule {
	all := rules()
	for i := range all {
		if strings.EqualFold(all[i].Code, word) || all[i].Name == word {
			return &all[i]
		}
	}
	return nil
}

// Nearest is the rule that a mistyped code or name may mean, or how to find it.
func Nearest(word string) string {
	var known []string
	for _, r := range rules() {
		known = append(known, r.Code, r.Name)
	}
	if near := diag.Nearest(word, known); near != "" {
		return near
	}
	return "dockgen check --rules lists them"
}

// Page is the documentation of a rule, in Markdown.
func Page(r Rule) string {
	example := func(files []txtar.File) string {
		for _, f := range files {
			if f.Name == "Dockerfile" && !strings.HasPrefix(string(f.Data), "@") {
				return "```dockerfile\n" + string(f.Data) + "```\n"
			}
		}
		return ""
	}
	page := fmt.Sprintf("# %s %s\n\n%s Level: %s.\n\n%s\n\nTo ignore it: `# dockgen ignore=%s -- reason` above the instruction.\n", r.Code, r.Name, r.Short, r.Level, r.Doc, r.Code)
	if bad := example(r.Bad); bad != "" {
		page += "\n## Found\n\n" + bad + "\n## Not found\n\n" + example(r.Good)
	}
	return page
}

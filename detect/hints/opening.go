package hints

import (
	"slices"
	"strconv"
	"strings"

	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
)

// Opening is how a Dockerfile that people wrote makes its program listen on all addresses:
// by a variable or by an argument, which hold the address, with a port or without.
type Opening struct {
	Variable string       // "" for an argument
	Words    []string     // of the argument: --listen 0.0.0.0:8000; nil for a variable
	Port     fact.Of[int] // not known where only the host is named
	From     fact.Source
}

var allAddresses = pattern.New(`(^|=)(0\.0\.0\.0|\[::\])(?::(\d{2,5}))?$`)

// Opening is the first variable or else argument of the last stage that holds such an address; of
// several variables the one with the port that is exposed first, which is not that of metrics.
func (d Dockerfile) Opening() (Opening, bool) {
	var all []Opening
	for _, e := range d.Env {
		name, value, _ := strings.Cut(e.Value, "=")
		if m := allAddresses.FindStringSubmatch(value); m != nil && m[1] == "" {
			all = append(all, Opening{Variable: name, Port: portAt(m[3], e.From), From: e.From})
		}
	}
	if i := slices.IndexFunc(all, func(o Opening) bool { return len(d.Ports) > 0 && o.Port.Value == d.Ports[0].Value }); i >= 0 {
		return all[i], true
	} else if len(all) > 0 {
		return all[0], true
	}
	for i, word := range d.Command {
		m := allAddresses.FindStringSubmatch(word)
		if m == nil || i == 0 {
			continue
		}
		o := Opening{Words: []string{word}, Port: portAt(m[3], d.From), From: d.From}
		if before := d.Command[i-1]; m[1] == "" && i > 1 && strings.HasPrefix(before, "-") {
			o.Words = []string{before, word}
		}
		return o, true
	}
	return Opening{}, false
}

func portAt(digits string, from fact.Source) fact.Of[int] {
	if n, err := strconv.Atoi(digits); err == nil && n < 65536 {
		return fact.New(n, from)
	}
	return fact.Of[int]{}
}

// At is the value or are the words with another port; unchanged for an opening without one.
func (o Opening) At(port int) (words []string) {
	if o.Variable != "" {
		words = []string{"0.0.0.0"}
		if o.Port.Known() {
			words[0] += ":" + strconv.Itoa(port)
		}
		return words
	}
	words = slices.Clone(o.Words)
	if last := len(words) - 1; o.Port.Known() {
		words[last] = words[last][:strings.LastIndex(words[last], ":")+1] + strconv.Itoa(port)
	}
	return words
}

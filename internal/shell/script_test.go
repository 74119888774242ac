package shell

import (
	"strings"
	"testing"
)

func TestScript(t *testing.T) {
	all, err := Script(`#!/bin/bash
set -e
APP=shop.web:app
PORT="${PORT:-5000}"
if [ "$MIGRATE" = 1 ]; then
  flask db upgrade
fi
while ! nc -z db 5432; do sleep 1; done
exec gunicorn -b ":$PORT" --access-logfile - "$APP" "$@"
`)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range all {
		var words []string
		for _, w := range c.Words {
			words = append(words, w.Default())
		}
		got = append(got, strings.Join(words, " "))
	}
	want := "set -e|[ ${MIGRATE} = 1 ]|flask db upgrade|nc -z db 5432|sleep 1|exec gunicorn -b :5000 --access-logfile - shop.web:app ${@}"
	if strings.Join(got, "|") != want || all[len(all)-1].Line != 9 {
		t.Errorf("%s in line %d", strings.Join(got, "|"), all[len(all)-1].Line)
	}
	if _, err := Script("if true; then"); err == nil || !strings.Contains(err.Error(), "then") {
		t.Errorf("an unfinished script: %v", err)
	}
}

func FuzzScript(f *testing.F) {
	for _, s := range []string{"A=1\nnode $A", "x() { y; }", "cat <<E\nz\nE\n", "a | b && c"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) { Script(text) })
}

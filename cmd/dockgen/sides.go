package main

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/aymanbagabas/go-udiff"
)

const sidesWidth = 120 // characters from which two files fit beside each other

// sides are the lines of two texts beside each other, the left one first: | between
// lines that differ, < and > beside one that only one of them has.
func sides(left, right string, width int) []string {
	column := (width - 3) / 2
	var rows []string
	row := func(l, mark, r string) {
		l, r = cell(l, column), cell(r, column)
		rows = append(rows, strings.TrimRight(l+strings.Repeat(" ", column-utf8.RuneCountInString(l))+" "+mark+" "+r, " "))
	}
	same := func(text string) {
		for line := range strings.Lines(text) {
			row(line, " ", line)
		}
	}
	at := 0
	for _, e := range udiff.Lines(left, right) {
		same(left[at:e.Start])
		old, new := lines(left[e.Start:e.End]), lines(e.New)
		for i := range max(len(old), len(new)) {
			switch {
			case i >= len(new):
				row(old[i], "<", "")
			case i >= len(old):
				row("", ">", new[i])
			default:
				row(old[i], "|", new[i])
			}
		}
		at = e.End
	}
	same(left[at:])
	return rows
}

func lines(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}

// cell is a line as it fits a column.
func cell(line string, width int) string {
	line = printable(strings.ReplaceAll(strings.TrimRight(line, "\r\n"), "\t", "    "))
	if utf8.RuneCountInString(line) > width {
		line = fmt.Sprintf("%s…", string([]rune(line)[:width-1]))
	}
	return line
}

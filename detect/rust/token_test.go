package rust

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTokenize(t *testing.T) {
	for src, want := range map[string]string{
		`a::b(1)`:                        `i:a p::: i:b p:( n:1 p:)`,
		`r"C:\x" r#"a"b"# r##"a"#b"##`:   `t:C:\x t:a"b t:a"#b`,
		`b"x" br#"y"# c"z" cr"w" b'q'`:   `t:x t:y t:z t:w c:q`,
		`r#type raw r b`:                 `i:type i:raw i:r i:b`,
		`'a' 'a '\'' '\u{1F600}' '_ 'é'`: `c:a l:a c:' c:😀 l:_ c:é`,
		`&'static str`:                   `p:& l:static i:str`,
		`/* a /* b */ c */ d // e`:       `i:d`,
		`"a\tb\"\\ \x41 \u{e9}"`:         "t:a\tb\"\\ A é",
		"\"a\\\n   b\"":                  `t:ab`,
		`1..2 1.5 0x1F90u16 1_000 x.0.1`: `n:1 p:. p:. n:2 n:1.5 n:0x1F90u16 n:1_000 i:x p:. n:0.1`,
		"#!/usr/bin/env run\nfn":         `i:fn`,
		"#![allow(x)]":                   `p:# p:! p:[ i:allow p:( i:x p:) p:]`,
		`"never ends`:                    `t:never ends`,
		`r#"never ends"`:                 `t:never ends"`,
		`/* never ends`:                  ``,
		`let 名前 = 1;`:                    `i:let i:名前 p:= n:1 p:;`,
		"'":                              `l:`, `b'`: `l:`, `'\`: `c:`,
	} {
		var parts []string
		for _, k := range tokenize([]byte(src)) {
			parts = append(parts, fmt.Sprintf("%c:%s", " ilctnp"[k.kind], k.text))
		}
		if diff := cmp.Diff(want, strings.Join(parts, " ")); diff != "" {
			t.Errorf("%s: -want +got\n%s", src, diff)
		}
	}
}

// TestCompiled: what a release build for Linux does not compile is not read.
func TestCompiled(t *testing.T) {
	for src, want := range map[string]string{
		`#[test] fn a() { b() } c`:                                          `c`,
		`#[cfg(test)] mod tests; c`:                                         `c`,
		`#[tokio::test(flavor = "x")] async fn a() {} c`:                    `c`,
		`#[cfg(windows)] mod a; #[cfg(unix)] mod b;`:                        `# [ cfg ( unix ) ] mod b ;`,
		`#[cfg(all(test, feature = "x"))] #[allow(y)] use a::{b, c}; d`:     `d`,
		`#[cfg(not(debug_assertions))] const A: u16 = 1;`:                   `# [ cfg ( not ( debug_assertions ) ) ] const A : u16 = 1 ;`,
		`#[cfg(debug_assertions)] let a: M<B, C> = d(1, 2); e`:              `e`,
		`struct S { #[cfg(windows)] pub a: M, b: N }`:                       `struct S { b : N }`,
		`S { a: 1, #[cfg(windows)] b: 2 }`:                                  `S { a : 1 , }`,
		`match x { #[cfg(windows)] A => { b() } C => d, }`:                  `match x { C => d , }`,
		`match x { #[cfg(windows)] A => b(1, 2), C => d, }`:                 `match x { C => d , }`,
		`#[cfg(target_os = "macos")] { a(); } b`:                            `b`,
		`#[cfg(windows)] if a { b } else { c } d`:                           `d`,
		`#[cfg(windows)] a.b(|c| { d }).e(); f`:                             `f`,
		`#[cfg(windows)] fn a<B, C>(d: E) -> F where B: G {} h`:             `h`,
		`#[cfg(feature = "x")] fn a() {}`:                                   `# [ cfg ( feature = x ) ] fn a ( ) { }`,
		`if cfg!(debug_assertions) { a } else { b }`:                        `if cfg ! ( debug_assertions ) { } else { b }`,
		`if cfg!(not(debug_assertions)) { a } else { b } { c }`:             `if cfg ! ( not ( debug_assertions ) ) { a } else { } { c }`,
		`if cfg!(debug_assertions) && x { a } if cfg!(feature = "x") { b }`: `if cfg ! ( debug_assertions ) && x { a } if cfg ! ( feature = x ) { b }`,
		`#[cfg(`: `# [ cfg (`, `#[cfg(test)]`: ``, `if cfg!() { a }`: `if cfg ! ( ) { a }`,
	} {
		var words []string
		for _, k := range compiled(tokenize([]byte(src))) {
			words = append(words, k.text)
		}
		got := strings.NewReplacer("= >", "=>", "& &", "&&").Replace(strings.Join(words, " "))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: -want +got\n%s", src, diff)
		}
	}
}

func TestIntegers(t *testing.T) {
	for src, want := range map[string]int{"8080": 8080, "8_080": 8080, "0x1f90u16": 8080, "3000u16": 3000, "0b11": 3} {
		if n, ok := tokenize([]byte(src))[0].integer(); !ok || n != want {
			t.Errorf("%s is %d, %v", src, n, ok)
		}
	}
}

// FuzzTokenize: no panic, places go forward and exist, and a token begins with what it says.
func FuzzTokenize(f *testing.F) {
	f.Add(`fn main() { let s = r#"x"#; 'a: loop { b'\x41'; /* /* */ */ "\u{1}" } }`)
	f.Add("#!x\n'\\'' 0.1.2 r###\"")
	f.Fuzz(func(t *testing.T, src string) {
		line, off := 1, -1
		for _, k := range tokenize([]byte(src)) {
			if k.off <= off || k.off >= len(src) || k.line < line || k.line != 1+strings.Count(src[:k.off], "\n") {
				t.Fatalf("%q after line %d, byte %d", fmt.Sprint(k), line, off)
			}
			line, off = k.line, k.off
			if (k.kind == number || k.kind == punctuator) && !strings.HasPrefix(src[off:], k.text) {
				t.Fatalf("%q is not at %d", k.text, off)
			}
			if k.kind == text && !strings.ContainsAny(src[off:off+1], `"rbc`) {
				t.Fatalf("a string begins with %q", src[off])
			}
		}
	})
}

package debian

import "testing"

func TestNames(t *testing.T) {
	for _, tt := range []struct{ ref, text, want string }{
		{"python:3.8-slim-bookworm", "    apt-get install -y libcurl4t64 libgl1 libicu76 && \\", "    apt-get install -y libcurl4 libgl1 libicu72 && \\"},
		{"node:14-bullseye-slim", "libavcodec61 libglib2.0-0t64", "libavcodec58 libglib2.0-0"},
		{"registry.example.com/hub/node:14-bullseye-slim@sha256:00", "libicu76", "libicu67"},
		{"python:3.14-slim-trixie", "  libcurl4t64  libicu76", "  libcurl4t64  libicu76"},
		{"python:3.8-slim-bookworm", "  curl  git", "  curl  git"},
	} {
		if got := Names(Release(tt.ref), tt.text); got != tt.want {
			t.Errorf("%s: %q, not %q", tt.ref, got, tt.want)
		}
	}
	for name, older := range data().Names {
		if len(older) != len(data().Older) {
			t.Errorf("%s has not a name for each of %v", name, data().Older)
		}
	}
}

package status_test

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"

	"thulium_exporter/internal/web/status"
)

// english returns the pieces of all English texts that differ from the Polish
// ones, long enough to be noticed.
func english(t *testing.T) []string {
	t.Helper()
	file, err := os.ReadFile("language/pl.json")
	if err != nil {
		t.Fatal(err)
	}
	var polish struct {
		Texts map[string]string
		Forms map[string][]string
	}
	if err := json.Unmarshal(file, &polish); err != nil {
		t.Fatal(err)
	}
	var pieces []string
	add := func(key string) {
		for _, piece := range regexp.MustCompile(`%[a-z]`).Split(key, -1) {
			if piece = strings.Trim(piece, " ;:,."); len(piece) > 3 {
				pieces = append(pieces, piece)
			}
		}
	}
	for key, text := range polish.Texts {
		if key != text {
			add(key)
		}
	}
	for key := range polish.Forms {
		add(key)
	}
	return pieces
}

// TestPolishIsPolish: nothing on a Polish page is English but names, and what is
// marked as English.
func TestPolishIsPolish(t *testing.T) {
	marked := regexp.MustCompile(`<[a-z]+ [^>]*lang="en"[^>]*>[^<]*</[a-z]+>|<code>[^<]*</code>|<t?h? ?scope="row">[^<]*`)
	for name, systems := range scenes() {
		page := get(t, newHandler(t, systems, func(o *status.Options) { o.Demo = 60 }), "/", "pl-PL,pl;q=0.9,en;q=0.8").Body.String()
		got := text(marked.ReplaceAllString(page, ""))
		for _, piece := range english(t) {
			if found := regexp.MustCompile(`\b` + regexp.QuoteMeta(piece) + `\b`).FindString(got); found != "" {
				t.Errorf("%s: %q in %s", name, found, got)
			}
		}
	}
}

// TestLanguages: the browser says which, unless the visitor does.
func TestLanguages(t *testing.T) {
	handler := newHandler(t, centre())
	for _, tt := range []struct{ target, accept, want string }{
		{"/", "", "en"},
		{"/", "pl", "pl"},
		{"/", "pl-PL,pl;q=0.9,en-US;q=0.8,en;q=0.7", "pl"},
		{"/", "en-GB,en;q=0.9,pl;q=0.8", "en"},
		{"/", "de-DE,de;q=0.9", "en"},
		{"/", "de,pl;q=0.5", "pl"},
		{"/", "*;q=0.1,,;;", "en"},
		{"/?lang=pl", "en", "pl"},
		{"/?lang=en", "pl", "en"},
		{"/?lang=xx", "pl", "pl"},
		{"/?format=json&lang=pl", "pl", "en"},
	} {
		if got := get(t, handler, tt.target, tt.accept).Header().Get("Content-Language"); got != tt.want {
			t.Errorf("%s with %q is %s, want %s", tt.target, tt.accept, got, tt.want)
		}
	}
}

package status

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"thulium_exporter/internal/progress"
	"thulium_exporter/thulium"
)

func catalogueOf(t *testing.T, language string) catalogue {
	t.Helper()
	file, err := assets.ReadFile("language/" + language + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var c catalogue
	if err := json.Unmarshal(file, &c); err != nil {
		t.Fatal(err)
	}
	return c
}

func (c catalogue) keys() []string {
	return slices.Sorted(maps.Keys(func() map[string]bool {
		all := map[string]bool{}
		for key := range c.Texts {
			all[key] = true
		}
		for key := range c.Forms {
			all[key] = true
		}
		return all
	}()))
}

// used returns the keys of all texts in the templates, in calls of T, and those
// that are made of states, results and dates.
func used(t *testing.T) map[string]bool {
	t.Helper()
	keys := map[string]bool{}
	for _, file := range []string{"page.html", "style.css"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`[.]T ("[^"]*")`).FindAllStringSubmatch(string(text), -1) {
			add(keys, m[1])
		}
	}
	files, _ := filepath.Glob("*.go")
	for _, file := range files {
		if !regexp.MustCompile(`_test\.go$`).MatchString(file) {
			addLiterals(t, keys, file)
		}
	}
	for s := range progress.Finished + 1 {
		keys[s.String()] = true
	}
	for r := range thulium.Result(thulium.NumResults) {
		keys[r.String()] = true
		keys[(&thulium.Error{Result: r}).Hint()] = true
	}
	for _, directory := range []string{"thulium", "collector", "internal/fleet"} {
		addAdvice(t, keys, directory)
	}
	for _, state := range order() {
		keys[state], keys["%d "+state] = true, true
	}
	for _, cause := range []progress.Cause{progress.Elsewhere, progress.NoAgents, progress.AllPaused, progress.NotCalling, progress.Unknown} {
		keys["cause "+string(cause)], keys["do "+string(cause)] = true, true
	}
	delete(keys, "do unknown") // there is nothing to do about it
	delete(keys, "")           // there is no hint about success
	keys["Europe/Warsaw"] = true
	for i := range 12 {
		keys[time.Month(i+1).String()] = true
		keys[time.Weekday(i % 7).String()[:3]] = true
	}
	keys["closed date"], keys["open date"] = true, true // notes of a calendar
	delete(keys, "%d")                                  // a number alone
	return keys
}

// addAdvice adds the hints that the files of a directory have for errors.
func addAdvice(t *testing.T, keys map[string]bool, directory string) {
	t.Helper()
	files, _ := filepath.Glob("../../../" + directory + "/*.go")
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(file, "_test.go") || !strings.Contains(string(text), "Advice") {
			continue
		}
		for _, m := range regexp.MustCompile(`(?:Advice: |return )("[A-Z][^"%]* [^"%]*\.")`).FindAllStringSubmatch(string(text), -1) {
			add(keys, m[1])
		}
		prefix := regexp.MustCompile(`intermediaryAdvice = "(.*)"`).FindStringSubmatch(string(text))
		for _, m := range regexp.MustCompile(`intermediaryAdvice \+ "(.*)"`).FindAllStringSubmatch(string(text), -1) {
			keys[prefix[1]+m[1]] = true
		}
	}
}

func add(keys map[string]bool, quoted string) {
	if key, err := strconv.Unquote(quoted); err == nil {
		keys[key] = true
	}
}

// addLiterals adds all string literals of a file that are texts: they begin with
// a capital letter or a verb and hold a space, or are arguments of T.
func addLiterals(t *testing.T, keys map[string]bool, file string) {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	text := regexp.MustCompile(`^"[A-Z1%][a-z]* [a-z]`)
	ast.Inspect(parsed, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BasicLit:
			if n.Kind == token.STRING && text.MatchString(n.Value) && n.Value != `"Cannot render the page: "` {
				add(keys, n.Value)
			}
		case *ast.CallExpr:
			if f, ok := n.Fun.(*ast.SelectorExpr); ok && f.Sel.Name == "T" {
				if literal, ok := n.Args[0].(*ast.BasicLit); ok {
					add(keys, literal.Value)
				}
			}
		}
		return true
	})
}

// TestCatalogues: the Polish one lacks nothing and holds nothing that is not
// said; the English one has what is not its own key.
func TestCatalogues(t *testing.T) {
	english, polish := catalogueOf(t, "en"), catalogueOf(t, "pl")
	want := slices.Sorted(maps.Keys(used(t)))
	if got := polish.keys(); !slices.Equal(got, want) {
		for _, key := range got {
			if !slices.Contains(want, key) {
				t.Errorf("nobody says %q", key)
			}
		}
		for _, key := range want {
			if !slices.Contains(got, key) {
				t.Errorf("there is no Polish for %q", key)
			}
		}
	}
	for key := range english.Texts {
		if polish.Texts[key] == "" {
			t.Errorf("only English has %q", key)
		}
	}
	for key, forms := range polish.Forms {
		if len(forms) != 3 || len(english.Forms[key]) != 2 {
			t.Errorf("%q has %d Polish forms and %d English ones", key, len(forms), len(english.Forms[key]))
		}
	}
	verb := regexp.MustCompile(`%(\[\d+\])?[a-z]`)
	for key, text := range polish.Texts {
		if n := len(verb.FindAllString(key, -1)); n != len(verb.FindAllString(text, -1)) {
			t.Errorf("%q and %q say different things", key, text)
		}
	}
}

func TestPlurals(t *testing.T) {
	all, err := locales()
	if err != nil {
		t.Fatal(err)
	}
	english, polish := all[0], all[1]
	for n, want := range map[int]string{
		0: "0 kampanii", 1: "1 kampania", 2: "2 kampanie", 4: "4 kampanie", 5: "5 kampanii", 12: "12 kampanii",
		22: "22 kampanie", 25: "25 kampanii", 101: "101 kampanii", 12345: "12\u00a0345 kampanii",
	} {
		if got := polish.T("%d campaigns", n); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	for n, want := range map[int]string{0: "0 campaigns", 1: "1 campaign", 2: "2 campaigns", 12345: "12,345 campaigns"} {
		if got := english.T("%d campaigns", n); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

package cli

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kingpin/v2"
)

// TestDocumentsNameEveryFlag and its variable: nothing is missing and nothing is
// made up.
func TestDocumentsNameEveryFlag(t *testing.T) {
	text := read(t, "../../docs/configuration.md")
	app := kingpin.New(name, "")
	var known []string
	for _, add := range commands() {
		clause, _ := add(app)
		if !strings.Contains(text, "| `"+name+" "+clause.FullCommand()) && clause.FullCommand() != "serve" {
			t.Errorf("docs/configuration.md lacks the command %s", clause.FullCommand())
		}
		for _, flag := range clause.Model().Flags {
			known = append(known, flag.Name)
			if !strings.Contains(text, "| `--"+flag.Name+"` | `"+variable(flag.Name)+"` |") {
				t.Errorf("docs/configuration.md lacks --%s of %s with %s", flag.Name, clause.FullCommand(), variable(flag.Name))
			}
		}
	}
	for _, row := range regexp.MustCompile("(?m)^\\| `--([a-z.-]+)`").FindAllStringSubmatch(text, -1) {
		if !slices.Contains(known, row[1]) {
			t.Errorf("docs/configuration.md invents --%s", row[1])
		}
	}
}

// TestDocumentsShowCheck as it is.
func TestDocumentsShowCheck(t *testing.T) {
	want := strings.ReplaceAll(read(t, "testdata/check.txt"), "URL", "https://acme.thulium.com")
	if !strings.Contains(read(t, "../../README.md"), want) {
		t.Errorf("the README does not show\n%s", want)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

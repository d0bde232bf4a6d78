package cli

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kingpin/v2"
)

// TestReadmeNamesEveryFlag: nothing is missing and nothing is made up.
func TestReadmeNamesEveryFlag(t *testing.T) {
	readme := read(t, "../../README.md")
	app := kingpin.New(name, "")
	var known []string
	for _, add := range commands() {
		clause, _ := add(app)
		for _, flag := range clause.Model().Flags {
			known = append(known, flag.Name)
			if !strings.Contains(readme, "`--"+flag.Name+"`") {
				t.Errorf("--%s of %s is not in the README", flag.Name, clause.FullCommand())
			}
		}
	}
	for _, row := range regexp.MustCompile("(?m)^\\| `--([a-z.-]+)`").FindAllStringSubmatch(readme, -1) {
		if !slices.Contains(known, row[1]) {
			t.Errorf("the README invents --%s", row[1])
		}
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

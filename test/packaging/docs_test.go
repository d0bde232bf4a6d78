package packaging_test

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// block is one block of commands on the page.
type block struct {
	section string // its heading
	run     string // where it is run: machine, before or elsewhere
	text    string
}

// blocks returns the blocks of commands of docs/install.md.
func blocks(t *testing.T) []block {
	t.Helper()
	var found []block
	section := ""
	text := read(t, filepath.Join(repository, "docs/install.md"))
	for _, m := range regexp.MustCompile("(?ms)^## ([^\n]+)$|^```(\\S*) ?([^\n]*)\n(.*?)^```$").FindAllStringSubmatch(text, -1) {
		switch {
		case m[1] != "":
			section = m[1]
		case m[2] == "yaml":
		case m[2] != "sh" || m[3] != "machine" && m[3] != "before" && m[3] != "elsewhere":
			t.Errorf("%s: the block %q %q does not say where the tests run it", section, m[2], m[3])
		default:
			found = append(found, block{section, m[3], m[4]})
		}
	}
	return found
}

// TestReadme runs the commands of the README one after another on an empty Debian with Go
// and make, as a visitor does, but for the tests themselves and Docker.
func TestReadme(t *testing.T) {
	t.Parallel()
	var script strings.Builder
	script.WriteString(`mkdir /run/source
		tar -C /thulium_exporter --exclude=./.git --exclude=./.tools --exclude=./dist --exclude=node_modules -cf - . | tar -xf - -C /run/source
		cd /run/source
		export PATH=/usr/local/go/bin:$PATH GOCACHE=/gocache GOMODCACHE=/go/mod GOPROXY=off GOTOOLCHAIN=local GOFLAGS=-trimpath # as make, for its cache
		printf correct-horse >password
		`)
	ran := 0
	for _, m := range regexp.MustCompile("(?ms)^```sh\n(.*?)^```$").FindAllStringSubmatch(read(t, filepath.Join(repository, "README.md")), -1) {
		switch commands := m[1]; {
		case strings.Contains(commands, "docker") || commands == "make test\n":
		case strings.Contains(commands, " demo\n"):
			ran++
			fmt.Fprintf(&script, "%s &\nwithin 'curl --silent --fail http://localhost:10069/metrics | grep \"^thulium_campaign_completion_percent{\"'\n", strings.TrimSpace(commands))
		default:
			ran++
			script.WriteString(commands)
		}
	}
	if ran != 2 {
		t.Errorf("%d blocks of the README are run, want the demo and the check", ran)
	}
	goroot, caches := strings.TrimSpace(command(t, "go", "env", "GOROOT")), strings.Fields(command(t, "go", "env", "GOCACHE", "GOMODCACHE"))
	out := onMachine(t, script.String(), emptyMachine(t, packages(t)...),
		fmt.Sprintf("MACHINE_MOUNTS=--bind-ro=%s:/usr/local/go --overlay=%s::/gocache --bind-ro=%s:/go/mod", goroot, caches[0], caches[1]))
	_, shown, _ := strings.Cut(read(t, filepath.Join(repository, "README.md")), "--thulium.password-file=password\n```\n\n```\n")
	if shown, _, _ = strings.Cut(shown, "```"); shown == "" || !strings.HasSuffix(out, shown) {
		t.Errorf("the README shows\n%s\ngot\n%s", shown, out)
	}
}

// packages returns those that the documents' commands install, and make, which the README
// requires.
func packages(t *testing.T) []string {
	t.Helper()
	found := []string{"make"}
	for _, b := range blocks(t) {
		if m := regexp.MustCompile(`apt-get install --yes ([a-z ]+)\n`).FindStringSubmatch(b.text); m != nil {
			found = append(found, strings.Fields(m[1])...)
		}
	}
	return found
}

// TestInstall runs the commands of the page one after another on one empty Debian, as
// people do: each way ends with a campaign in Prometheus.
func TestInstall(t *testing.T) {
	t.Parallel()
	var script strings.Builder
	for _, b := range blocks(t) {
		if b.run == "machine" {
			fmt.Fprintf(&script, "echo '## %s'\n%s", b.section, b.text)
		}
	}
	// At the end, the exporter of two systems requires TLS and a password, as Prometheus
	// does by the block that says so.
	secured := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindStringSubmatch(read(t, filepath.Join(repository, "docs/install.md")))[1]
	fmt.Fprintf(&script, `mkdir -p /etc/prometheus && printf correct-horse >/etc/prometheus/thulium.password
cat >/tmp/secured.yml <<'END'
global: {scrape_interval: 15s}
%sEND
prometheus --config.file=/tmp/secured.yml --storage.tsdb.path=/tmp/secured --web.listen-address=localhost:9099 >/tmp/secured.log 2>&1 &
within "promtool query instant http://localhost:9099 'count(up == 1) == 3' | grep '=> 3'" || cat /tmp/secured.log
`, secured)
	// The intervals of Prometheus are shortened, so that nothing but time differs.
	out := onMachine(t, strings.ReplaceAll(script.String(), ": 15s", ": 2s"), emptyMachine(t, packages(t)...))
	for section := range strings.SplitSeq(out, "## ") {
		name, rest, _ := strings.Cut(section, "\n")
		if slices.Contains([]string{"Debian package", "Many systems"}, name) && !strings.Contains(rest, "thulium_campaign_completion_percent{") {
			t.Errorf("%s: no campaign in Prometheus:\n%s", name, out)
		}
	}
	t.Logf("%s", out)
}

// TestInstallCommands: each way, with Prometheus before it, has at most eight
// commands, and no block holds a password.
func TestInstallCommands(t *testing.T) {
	commands := map[string]int{}
	for _, b := range blocks(t) {
		if b.run == "machine" && commands[b.section] == 0 { // not what cleans up afterwards
			commands[b.section] = countCommands(b.text)
		}
	}
	for _, way := range []string{"Binary", "Debian package", "Many systems"} {
		if n := commands["Prometheus"] + commands[way]; commands[way] == 0 || n > 8 {
			t.Errorf("%s: %d commands, want at most 8", way, n)
		}
	}
}

// countCommands counts command lines: what is continued or part of a here document
// is none of its own.
func countCommands(text string) int {
	text = strings.ReplaceAll(text, "\\\n", " ")
	text = regexp.MustCompile(`(?ms)(<<'END'[^\n]*)\n.*?^END$`).ReplaceAllString(text, "$1")
	return strings.Count(text, "\n")
}

// TestInstallTable: commands that are not run are in the table that says so.
func TestInstallTable(t *testing.T) {
	text := read(t, filepath.Join(repository, "docs/install.md"))
	_, table, _ := strings.Cut(text, "## What is tested how")
	for _, b := range blocks(t) {
		if b.run == "elsewhere" && !strings.Contains(strings.ToLower(table), "["+strings.ToLower(b.section)+"]") {
			t.Errorf("the table does not say that the commands of %q are not run", b.section)
		}
	}
	for _, link := range regexp.MustCompile(`\]\(#([^)]+)\)`).FindAllStringSubmatch(text, -1) {
		heading := "## " + strings.ReplaceAll(link[1], "-", " ")
		if !strings.Contains(strings.ToLower(text), strings.ToLower(heading)+"\n") {
			t.Errorf("the link #%s leads nowhere", link[1])
		}
	}
}

package packaging_test

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestVersion: make tells the binary all that --version shows.
func TestVersion(t *testing.T) {
	out := command(t, mustAbs(t, binary(t)), "--version")
	for _, pattern := range []string{
		`thulium_exporter, version (\S+) `, `branch: ([^,\s]+),`, `revision: ([0-9a-f]{40})\)`,
		`build date: +(\d{4}-\d\d-\d\dT\S+)`, `go version: +(go1\.\S+)`, `platform: +(linux/\S+)`,
	} {
		if match := regexp.MustCompile(pattern).FindStringSubmatch(out); match == nil || match[1] == "unknown" {
			t.Errorf("no %s in\n%s", pattern, out)
		}
	}
}

// TestReproducible builds everything again, in a copy of the files at another path
// and in another commit, and compares the checksums. What Go may record of a
// repository makes no difference.
func TestReproducible(t *testing.T) {
	elsewhere := t.TempDir()
	if err := copyTree(elsewhere, repository); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(mustAbs(t, repository+"/.tools"), elsewhere+"/.tools"); err != nil {
		t.Fatal(err)
	}
	command(t, "sh", "-ec", `cd "$1"
		git init --quiet
		git add --all
		git -c user.name=a -c user.email=a@b commit --quiet --message a`, "sh", elsewhere)
	args := []string{
		"GOFLAGS=-buildvcs=true", "make", "-C", elsewhere, "--no-print-directory", "dist", "PLATFORMS=linux-" + runtime.GOARCH,
		"PACKAGE_VERSION=" + packageVersion(t), "IMAGE_TAG=" + strings.ReplaceAll(packageVersion(t), "+", "-"),
	}
	for variable, pattern := range map[string]string{
		"VERSION": `version (\S+) `, "BRANCH": `branch: ([^,\s]+),`, "REVISION": `revision: (\S+)\)`, "DATE": `build date: +(\S+)`,
	} {
		match := regexp.MustCompile(pattern).FindStringSubmatch(command(t, mustAbs(t, binary(t)), "--version"))
		args = append(args, variable+"="+match[1])
	}
	args = append(args, "SOURCE_DATE_EPOCH="+strings.TrimSpace(command(t, "git", "log", "-1", "--format=%ct")))
	command(t, "env", args...)
	sums := read(t, shipped(t, "sha256sums.txt"))
	for line := range strings.Lines(read(t, elsewhere+"/dist/sha256sums.txt")) {
		// The bill lists the binaries of all platforms.
		if !strings.Contains(sums, line) && !strings.HasSuffix(line, ".cdx.json\n") {
			t.Errorf("dist, if make dist has just built it, has other bytes the second time:\n%s\nnot in\n%s", line, sums)
		}
	}
}

// packageVersion is the version of what is in dist.
func packageVersion(t *testing.T) string {
	t.Helper()
	name := filepath.Base(shipped(t, "*.cdx.json"))
	return strings.TrimSuffix(strings.TrimPrefix(name, "thulium_exporter-"), ".cdx.json")
}

// TestPackageVersions: what is built after a release sorts after it, for dpkg
// and for everybody else.
func TestPackageVersions(t *testing.T) {
	versions := []string{"abc1234", "v1.2.3-rc.1", "v1.2.3", "v1.2.3-5-gabc1234", "v1.2.3-11-g1234abc", "v1.2.4"}
	var previous string
	for _, description := range versions {
		version := strings.TrimSpace(command(t, mustAbs(t, "version.sh"), description, "77"))
		debian := strings.Replace(version, "-", "~", 1) // as nfpm writes pre-releases
		if previous != "" {
			command(t, "dpkg", "--compare-versions", previous, "lt", debian)
		}
		previous = debian
	}
	if got := strings.TrimSpace(command(t, mustAbs(t, "version.sh"), "abc1234-dirty", "77")); got != "0.0.0+77.gabc1234.dirty" {
		t.Errorf("without a tag: got %s", got)
	}
}

// TestTarball: what "git archive" makes of a tag knows its version without git, even
// inside another repository.
func TestTarball(t *testing.T) {
	folder := t.TempDir()
	out := command(t, "sh", "-ec", `git -c advice.detachedHead=false clone --quiet . "$1/clone"
		git -C "$1/clone" tag v1.2.3
		mkdir -p "$1/other/source"
		git -C "$1/clone" archive v1.2.3 | tar -x -C "$1/other/source"
		cd "$1/other" && git init --quiet && git add --all && git -c user.name=a -c user.email=a@b commit --quiet --message a
		make --silent --no-print-directory -C source image-tag
		make --silent --no-print-directory -C source --dry-run build`, "sh", folder)
	revision := strings.TrimSpace(command(t, "git", "rev-parse", "HEAD"))
	if !strings.HasPrefix(out, "1.2.3\n") || !strings.Contains(out, "Version=v1.2.3 ") || !strings.Contains(out, "Revision="+revision) {
		t.Errorf("want 1.2.3 of %s, got %s", revision, out)
	}
}

// copyTree copies what dist is made of.
func copyTree(to, from string) error {
	return filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(from, path)
		switch {
		case err != nil:
			return err
		case entry.Name() == ".git" || entry.Name() == ".tools" || entry.Name() == "dist":
			if entry.IsDir() {
				return filepath.SkipDir
			}
			return nil
		case entry.IsDir():
			return os.MkdirAll(filepath.Join(to, name), 0o755)
		case entry.Type() == fs.ModeSymlink: // the chart's rules and dashboards
			target, err := os.Readlink(path)
			return errors.Join(err, os.Symlink(target, filepath.Join(to, name)))
		case !entry.Type().IsRegular():
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, name), text, info.Mode())
	})
}

func TestChecksums(t *testing.T) {
	dist := mustAbs(t, filepath.Dir(shipped(t, "sha256sums.txt")))
	sums := read(t, dist+"/sha256sums.txt")
	command(t, "sh", "-c", `cd "$1" && sha256sum --check --strict sha256sums.txt`, "sh", dist)
	for _, kind := range []string{
		"linux-amd64.tar.gz", "linux-arm64.tar.gz", "amd64.deb", "arm64.deb", "x86_64.rpm", "aarch64.rpm", ".cdx.json",
		"darwin-amd64.tar.gz", "darwin-arm64.tar.gz", "windows-amd64.tar.gz", ".tgz",
	} {
		if strings.Count(sums, kind+"\n") != 1 {
			t.Errorf("not one %s in\n%s", kind, sums)
		}
	}
}

// TestBillOfMaterials: it lists the binaries, all modules of each, and Go itself,
// with hashes and licences.
func TestBillOfMaterials(t *testing.T) {
	type hashed struct {
		Name, Version, PURL string
		Hashes              []struct{ Alg, Content string }
		Licenses            []struct{ License struct{ ID string } }
		Components          []hashed
	}
	var bill struct {
		BOMFormat string
		Metadata  struct {
			Component hashed
			Supplier  struct{ Name string }
		}
		Components   []hashed
		Dependencies []struct {
			Ref       string
			DependsOn []string
		}
	}
	if err := json.Unmarshal([]byte(read(t, shipped(t, "*.cdx.json"))), &bill); err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for _, c := range bill.Components {
		listed[c.Name+" "+c.Version] = true
		if c.PURL != fmt.Sprintf("pkg:golang/%s@%s", c.Name, c.Version) || len(c.Licenses) == 0 || len(c.Hashes) != 1 && c.Name != "std" {
			t.Errorf("got %v", c)
		}
	}
	program := bill.Metadata.Component
	if bill.BOMFormat != "CycloneDX" || !listed["std "+runtime.Version()] || len(program.Components) != 5 || program.Licenses[0].License.ID != "Apache-2.0" {
		t.Errorf("got %v", bill)
	}
	if bill.Metadata.Supplier.Name == "" {
		t.Error("nobody supplies it")
	}
	// Everything is required by something, from the program on.
	required := map[string]bool{program.PURL: true}
	for _, d := range bill.Dependencies {
		for _, other := range d.DependsOn {
			required[other] = true
		}
	}
	for i, c := range append([]hashed{program}, bill.Components...) {
		if !required[c.PURL] || len(bill.Dependencies) <= i || bill.Dependencies[i].Ref != c.PURL {
			t.Errorf("no dependencies of %s, or on it", c.Name)
		}
	}
	binaries := mustAbs(t, filepath.Join(repository, "dist/build"))
	for _, part := range program.Components {
		path := filepath.Join(binaries, part.Name)
		if sum := fmt.Sprintf("%x", sha256.Sum256([]byte(read(t, path)))); part.Hashes[0].Content != sum {
			t.Errorf("%s has SHA-256 %s, listed is %v", part.Name, sum, part.Hashes)
		}
		for _, dependency := range regexp.MustCompile(`\tdep\t(\S+)\t(\S+)`).FindAllStringSubmatch(command(t, "go", "version", "-m", path), -1) {
			if !listed[dependency[1]+" "+dependency[2]] {
				t.Errorf("%s of %s is not listed", dependency[1:], part.Name)
			}
		}
	}
}

// TestNotices: the licence of the project and those of all modules are in
// archives and packages of both kinds.
func TestNotices(t *testing.T) {
	notices := read(t, filepath.Join(repository, "dist/build/THIRD_PARTY_NOTICES"))
	for _, module := range regexp.MustCompile(`\tdep\t(\S+)\t(\S+)`).FindAllStringSubmatch(command(t, "go", "version", "-m", mustAbs(t, binary(t))), -1) {
		if !strings.Contains(notices, "\n"+module[1]+" "+module[2]+" (") {
			t.Errorf("no licence of %s", module[1])
		}
	}
	deb, rpm := mustAbs(t, shipped(t, "*_"+runtime.GOARCH+".deb")), mustAbs(t, shipped(t, "*."+map[string]string{"amd64": "x86_64", "arm64": "aarch64"}[runtime.GOARCH]+".rpm"))
	for _, got := range []struct{ in, want string }{
		{command(t, "dpkg-deb", "--contents", deb), "./usr/share/doc/thulium-exporter/copyright\n"},
		{command(t, "dpkg-deb", "--contents", deb), "./usr/share/doc/thulium-exporter/THIRD_PARTY_NOTICES.gz\n"},
		{command(t, "rpm", "--query", "--package", "--licensefiles", rpm), "/usr/share/licenses/thulium-exporter/LICENSE\n"},
		{command(t, "rpm", "--query", "--package", "--list", rpm), "/usr/share/doc/thulium-exporter/THIRD_PARTY_NOTICES.gz\n"},
		{command(t, "rpm", "--query", "--package", "--queryformat", "%{LICENSE}\n", rpm), "Apache-2.0\n"},
	} {
		if !strings.Contains(got.in, got.want) {
			t.Errorf("no %q in\n%s", got.want, got.in)
		}
	}
}

// TestLintian: Debian's own checker finds no error.
func TestLintian(t *testing.T) {
	command(t, "lintian", "--fail-on=error", "--tag-display-limit=0", mustAbs(t, shipped(t, "*_"+runtime.GOARCH+".deb")))
}

func TestArchive(t *testing.T) {
	folder := t.TempDir()
	command(t, "tar", "-xzf", mustAbs(t, shipped(t, "*.linux-"+runtime.GOARCH+".tar.gz")), "-C", folder, "--strip-components=1")
	checkShare(t, folder, "")
	for _, name := range []string{"LICENSE", "THIRD_PARTY_NOTICES", "thulium_exporter", "thulium_exporter.service", "thulium_exporter.socket", "thulium_exporter.default", "thulium_exporter.1.gz", "completion.bash", "completion.zsh"} {
		if _, err := os.Stat(filepath.Join(folder, name)); err != nil {
			t.Error(err)
		}
	}
	// What bash offers is what the binary says.
	offers := command(t, "bash", "-euc", `cd "$1"; PATH=$PWD:$PATH; . ./completion.bash
		COMP_WORDS=(thulium_exporter demo --demo.s) COMP_CWORD=2; _thulium_exporter_bash_autocomplete; echo "${COMPREPLY[@]}"`, "bash", folder)
	if offers != "--demo.speed\n" {
		t.Errorf("for \"demo --demo.s\" bash offers %q", offers)
	}
	page := command(t, "sh", "-c", `gunzip <"$1"`, "sh", folder+"/thulium_exporter.1.gz")
	for _, want := range []string{".TH thulium_exporter 1 \"", "\\fBserve", "\\fBdemo", "\\fBcheck", "--thulium.url"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q in the manual page", want)
		}
	}
}

// checkShare: rules, messages, dashboards, runbooks and samples are in a directory, and each
// alert links to a runbook in the directory with this address, if there is one.
func checkShare(t *testing.T, folder, runbooks string) {
	t.Helper()
	for name, source := range map[string]string{
		"prometheus": "deploy/prometheus/*.yml", "alertmanager": "deploy/alertmanager/*.[yt]*", "dashboards": "dashboards/*.json", "zabbix": "deploy/zabbix/*.yaml",
		"runbooks": "docs/runbooks/Thulium*.md", "runbooks/pl": "docs/runbooks/pl/Thulium*.md", ".": "deploy/thulium_exporter.yml",
	} {
		files, err := filepath.Glob(filepath.Join(repository, source))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: got %q, %v", source, files, err)
		}
		for _, file := range files {
			if _, err := os.Stat(filepath.Join(folder, name, filepath.Base(file))); err != nil {
				t.Error(err)
			}
		}
	}
	rules := read(t, filepath.Join(folder, "prometheus/thulium.rules.yml")) + read(t, filepath.Join(folder, "prometheus/thulium-departed.rules.yml"))
	links := regexp.MustCompile(`runbook_url: (.*)/(\S+)\n`).FindAllStringSubmatch(rules, -1)
	if (len(links) > 0) != (runbooks != "") {
		t.Errorf("got links %q, want those to %q", links, runbooks)
	}
	for _, link := range links {
		if _, err := os.Stat(filepath.Join(folder, "runbooks", link[2])); err != nil || link[1] != runbooks {
			t.Errorf("%s leads nowhere: %v", link[0], err)
		}
	}
	command(t, "promtool", "check", "rules", filepath.Join(folder, "prometheus/thulium.rules.yml"))
	command(t, "promtool", "check", "config", "--syntax-only", filepath.Join(folder, "prometheus/prometheus.yml"))
	command(t, "amtool", "check-config", filepath.Join(folder, "alertmanager/alertmanager.yml"))
}

// TestPackageContents: both kinds of packages bring the same, the alerts link to the
// packaged runbooks, and nothing is said that only an owner could know.
func TestPackageContents(t *testing.T) {
	folder := t.TempDir()
	deb, rpm := mustAbs(t, shipped(t, "*_"+runtime.GOARCH+".deb")), mustAbs(t, shipped(t, "*."+map[string]string{"amd64": "x86_64", "arm64": "aarch64"}[runtime.GOARCH]+".rpm"))
	command(t, "dpkg-deb", "--extract", deb, folder)
	checkShare(t, folder+"/usr/share/thulium-exporter", "file:///usr/share/thulium-exporter/runbooks")
	for _, name := range []string{"bin/thulium_exporter-check", "bin/thulium_exporter-calendar", "share/man/man1/thulium_exporter.1.gz", "share/man/man1/thulium_exporter-check.1.gz", "share/man/man1/thulium_exporter-calendar.1.gz"} {
		if _, err := os.Stat(filepath.Join(folder, "usr", name)); err != nil {
			t.Error(err)
		}
	}
	share := regexp.MustCompile(`(?m)(/usr/(?:share/thulium-exporter|bin)/\S*[^/\s])(?:$| -> )`)
	has := func(list string) (names []string) {
		for _, m := range share.FindAllStringSubmatch(list, -1) {
			names = append(names, m[1])
		}
		slices.Sort(names)
		return names
	}
	inDeb := has(command(t, "dpkg-deb", "--contents", deb))
	inRPM := has(command(t, "rpm", "--query", "--package", "--queryformat", "[%{FILEMODES:perms} %{FILENAMES}\n]", rpm))
	inRPM = slices.DeleteFunc(inRPM, func(name string) bool { return !slices.Contains(inDeb, name) && filepath.Ext(name) == "" }) // directories
	if !slices.Equal(inDeb, inRPM) {
		t.Errorf("the deb has\n%q, the rpm\n%q", inDeb, inRPM)
	}
	control := command(t, "dpkg-deb", "--field", deb)
	provides := command(t, "rpm", "--query", "--package", "--provides", rpm)
	if !strings.Contains(control, "Provides: prometheus-thulium-exporter\n") || !strings.Contains(provides, "prometheus-thulium-exporter\n") {
		t.Errorf("got %s\n%s", control, provides)
	}
	if strings.Contains(control, "Homepage") {
		t.Errorf("nobody set a homepage:\n%s", control)
	}
}

// TestOwner: an owner's addresses go into packages of both kinds, the image and the bill.
func TestOwner(t *testing.T) {
	folder := t.TempDir()
	env := []string{"HOMEPAGE=https://example.com/thulium", "MAINTAINER=Jan Kowalski <jan@example.com>", "ARCH=" + runtime.GOARCH, "DIST=dist", "PACKAGE_VERSION=1.2.3"}
	for packager, query := range map[string][]string{
		"deb": {"dpkg-deb", "--field"}, "rpm": {"rpm", "--query", "--package", "--info"},
	} {
		path := filepath.Join(folder, "package."+packager)
		command(t, "env", append(slices.Clone(env), tool(t, "nfpm"), "package", "--config", "deploy/packages/nfpm.yaml", "--packager", packager, "--target", path)...)
		out := command(t, query[0], append(query[1:], path)...)
		if !strings.Contains(out, "https://example.com/thulium") || !strings.Contains(out, "Jan Kowalski <jan@example.com>") {
			t.Errorf("%s: got\n%s", packager, out)
		}
	}
	image := command(t, "make", "--silent", "--dry-run", "image", "SOURCE_URL=https://example.com/git", "HOMEPAGE=https://example.com/thulium")
	if !strings.Contains(image, "--label org.opencontainers.image.source=https://example.com/git ") || !strings.Contains(image, "--label org.opencontainers.image.url=https://example.com/thulium ") {
		t.Errorf("got %s", image)
	}
	if plain := command(t, "make", "--silent", "--dry-run", "image"); strings.Contains(plain, "--label") {
		t.Errorf("nobody set an address: %s", plain)
	}
	bill := command(t, "go", "-C", "test/packaging", "run", "./modules", "bill", "1.2.3", "2026-11-30T00:00:00Z", "Jan Kowalski <jan@example.com>", "https://example.com/git", mustAbs(t, binary(t)))
	for _, want := range []string{`"name": "Jan Kowalski"`, `"email": "jan@example.com"`, `"url": "https://example.com/git"`} {
		if !strings.Contains(bill, want) {
			t.Errorf("no %s in the bill", want)
		}
	}
}

// TestPackages installs the deb on a Debian, has its unit run by systemd as it is,
// upgrades it, removes and purges it; then the same machine installs the rpm.
func TestPackages(t *testing.T) {
	t.Parallel()
	out := onMachine(t, read(t, "testdata/deb.sh")+"systemctl daemon-reload\n"+read(t, "testdata/rpm.sh"))
	match := regexp.MustCompile(`exposure level for thulium_exporter.service: ([\d.]+)`).FindStringSubmatch(out)
	if match == nil {
		t.Fatalf("systemd-analyze reports no exposure:\n%s", out)
	}
	if exposure, err := strconv.ParseFloat(match[1], 64); err != nil || exposure >= 2 {
		t.Errorf("got exposure %s, want less than 2.0", match[1])
	}
	t.Logf("exposure %s", match[1])
}

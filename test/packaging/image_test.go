package packaging_test

import (
	"archive/tar"
	"bufio"
	"bytes"
	"debug/elf"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"thulium_exporter/thulium/simulator"
)

const (
	maxImageSize = 20_000_000  // bytes; the binary and its licences
	maxStartCPU  = time.Second // from the start to the first good scrape
)

// image is an image as a registry would hand it out.
type image struct {
	Architecture string
	Created      time.Time
	Config       struct {
		User        string
		Entrypoint  []string
		Labels      map[string]string
		Healthcheck struct{ Test []string }
	}
	files map[string]int64     // sizes by path
	owned []string             // directories of the image's user
	times map[time.Time]string // one of the files by its modification time
	root  string               // where they are unpacked
}

// load unpacks the archive that make image-archives has built.
func load(t *testing.T, arch string) *image {
	t.Helper()
	archive := readTar(t, []byte(read(t, shipped(t, "build/image-"+arch+".tar"))))
	var manifest []struct {
		Config string
		Layers []string
	}
	if err := json.Unmarshal(archive["manifest.json"], &manifest); err != nil {
		t.Fatal(err)
	}
	i := &image{files: map[string]int64{}, times: map[time.Time]string{}, root: t.TempDir()}
	if err := json.Unmarshal(archive[manifest[0].Config], i); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(i.root, 0o755); err != nil { // another user runs it
		t.Fatal(err)
	}
	for _, layer := range manifest[0].Layers {
		i.unpack(t, archive[layer])
	}
	return i
}

// unpack adds a layer.
func (i *image) unpack(t *testing.T, layer []byte) {
	t.Helper()
	for header, content := range entries(t, layer) {
		i.times[header.ModTime.UTC()] = header.Name
		if header.Typeflag == tar.TypeDir && header.Uid == 65532 && header.Gid == 65532 {
			i.owned = append(i.owned, strings.TrimSuffix(header.Name, "/"))
		}
		if header.Typeflag != tar.TypeReg {
			continue
		}
		path := filepath.Join(i.root, header.Name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, content, 0o755)); err != nil {
			t.Fatal(err)
		}
		i.files[header.Name] = header.Size
	}
}

func readTar(t *testing.T, text []byte) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	for header, content := range entries(t, text) {
		files[header.Name] = content
	}
	return files
}

// entries yields what a tar archive holds.
func entries(t *testing.T, text []byte) iter.Seq2[*tar.Header, []byte] {
	t.Helper()
	return func(yield func(*tar.Header, []byte) bool) {
		for r := tar.NewReader(bytes.NewReader(text)); ; {
			header, err := r.Next()
			if errors.Is(err, io.EOF) {
				return
			}
			content, readErr := io.ReadAll(r)
			if err := errors.Join(err, readErr); err != nil {
				t.Fatal(err)
			}
			if !yield(header, content) {
				return
			}
		}
	}
}

func TestImage(t *testing.T) {
	for arch, machine := range map[string]elf.Machine{"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64} {
		t.Run(arch, func(t *testing.T) {
			i := load(t, arch)
			if got, want := slices.Sorted(maps.Keys(i.files)), []string{"licenses/LICENSE", "licenses/THIRD_PARTY_NOTICES", "thulium_exporter"}; !slices.Equal(got, want) {
				t.Errorf("got files %q, want %q", got, want)
			}
			size := i.files["thulium_exporter"] + i.files["licenses/THIRD_PARTY_NOTICES"]
			if t.Logf("%d bytes", size); size > maxImageSize {
				t.Errorf("that is more than %d", maxImageSize)
			}
			if user := i.Config.User; user != "65532:65532" || i.Architecture != arch {
				t.Errorf("got user %q and architecture %q", user, i.Architecture)
			}
			for _, label := range []string{"title", "description", "licenses", "version", "revision", "created"} {
				if text := i.Config.Labels["org.opencontainers.image."+label]; text == "" || text == "unknown" {
					t.Errorf("label %s: %q", label, text)
				}
			}
			if want := []string{"var/lib/thulium_exporter"}; !slices.Equal(i.owned, want) {
				t.Errorf("its user may write into %q, want %q", i.owned, want)
			}
			checkReproducible(t, i)
			checkStatic(t, filepath.Join(i.root, "thulium_exporter"), machine)
		})
	}
}

// checkReproducible: the time of the image and of all its files is that of the
// commit, so that the same commit gives the same image.
func checkReproducible(t *testing.T, i *image) {
	t.Helper()
	committed, err := time.Parse(time.RFC3339, strings.TrimSpace(command(t, "git", "log", "-1", "--format=%cI")))
	if err != nil {
		t.Fatal(err)
	}
	if !i.Created.Equal(committed) || len(i.times) != 1 || i.times[committed.UTC()] == "" {
		t.Errorf("created %s with files of %v, want %s for all", i.Created, i.times, committed)
	}
}

// checkStatic: the binary is for that machine and needs no other file.
func checkStatic(t *testing.T, path string, machine elf.Machine) {
	t.Helper()
	file, err := elf.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	dynamic := slices.ContainsFunc(file.Progs, func(p *elf.Prog) bool { return p.Type == elf.PT_INTERP })
	if file.Machine != machine || dynamic {
		t.Errorf("got %s, dynamic: %t; want %s, static", file.Machine, dynamic, machine)
	}
}

// TestImageRuns runs the image as a strict container runtime does: as its user,
// without capabilities, on a root that cannot be written, and even without
// /proc, /dev and /etc.
func TestImageRuns(t *testing.T) {
	sim := simulator.New(simulator.Config{Username: "prometheus", Password: "p", Campaigns: simulator.Documented()})
	defer sim.Close()
	thulium := httptest.NewServer(sim)
	defer thulium.Close()

	i := load(t, runtime.GOARCH)
	cmd := i.command(t, i.Config.Entrypoint...)
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), // for the programs that confine it
		"THULIUM_URL=" + thulium.URL, "THULIUM_USERNAME=prometheus", "THULIUM_PASSWORD=p",
		"THULIUM_WEB_LISTEN_ADDRESS=127.0.0.1:0",
	}
	log, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	address := listening(t, log)
	get(t, "http://"+address+"/metrics", "thulium_up 1\n", `thulium_campaign_completion_percent{id="00001"} 14.87`)
	checkConfined(t, cmd.Process.Pid)

	health := i.command(t, i.Config.Healthcheck.Test[1:]...)
	health.Env = []string{"PATH=" + os.Getenv("PATH"), "THULIUM_WEB_LISTEN_ADDRESS=" + address}
	if out, err := health.CombinedOutput(); err != nil || string(out) != "Healthy.\n" {
		t.Errorf("health check: %v: %s", err, out)
	}
	if err := errors.Join(cmd.Process.Signal(syscall.SIGTERM), cmd.Wait()); err != nil {
		t.Errorf("SIGTERM: %s", err)
	}
	used := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	t.Logf("CPU time of a start, a scrape and a stop: %s", used)
	if used > maxStartCPU {
		t.Errorf("that is more than %s", maxStartCPU)
	}
}

// command runs args inside the image.
func (i *image) command(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Fatal("only root can confine the image; run make packaging as root")
	}
	const script = `root=$1 user=$2; shift 2
		mount --bind "$root" "$root"
		mount -o remount,ro,bind "$root"
		exec setpriv --no-new-privs chroot --userspec="$user" --groups= "$root" "$@"`
	return exec.CommandContext(t.Context(), tool(t, "unshare"),
		append([]string{"--mount", "--propagation", "private", "sh", "-ec", script, "sh", i.root, i.Config.User}, args...)...)
}

// listening waits until the log says where the program listens.
func listening(t *testing.T, log io.Reader) string {
	t.Helper()
	lines := bufio.NewScanner(log)
	var text strings.Builder
	for lines.Scan() {
		fmt.Fprintln(&text, lines.Text())
		if match := regexp.MustCompile(`msg="Listening on" (?:component=\S+ )?address=(\S+)`).FindStringSubmatch(lines.Text()); match != nil {
			go func() { _, _ = io.Copy(io.Discard, log) }() // ends with the process
			return match[1]
		}
	}
	t.Fatalf("it does not listen:\n%s", &text)
	return ""
}

// checkConfined: what the kernel says of the process.
func checkConfined(t *testing.T, pid int) {
	t.Helper()
	status := read(t, fmt.Sprintf("/proc/%d/status", pid))
	for _, want := range []string{
		"Uid:\t65532\t65532\t65532\t65532\n", "Gid:\t65532\t65532\t65532\t65532\n", "Groups:\t \n", "NoNewPrivs:\t1\n",
		"CapInh:\t0000000000000000\n", "CapPrm:\t0000000000000000\n", "CapEff:\t0000000000000000\n", "CapAmb:\t0000000000000000\n",
	} {
		if !strings.Contains(status, want) {
			t.Errorf("no %q in\n%s", want, status)
		}
	}
	mounts := read(t, fmt.Sprintf("/proc/%d/mountinfo", pid))
	if !regexp.MustCompile(`(?m)^\d+ \d+ \S+ \S+ / ro,`).MatchString(mounts) {
		t.Errorf("the root can be written:\n%s", mounts)
	}
}

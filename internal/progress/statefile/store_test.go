package statefile

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-kit/log"
	"go.uber.org/goleak"

	"thulium_exporter/internal/business"
	"thulium_exporter/internal/progress"
	"thulium_exporter/thulium"
)

const url = "https://acme.thulium.com"

func settings(t testing.TB) progress.Lookup {
	t.Helper()
	calendar, err := business.New(business.Spec{})
	if err != nil {
		t.Fatal(err)
	}
	s := &progress.Settings{StalledAfter: 2 * time.Hour, StalledUntil: 98, StallAlert: true, Calendar: calendar}
	return func(string) *progress.Settings { return s }
}

// worked is a system whose campaigns were seen for a while until at.
func worked(t testing.TB, name string, at time.Time, campaigns int) System {
	t.Helper()
	tracker := progress.New(settings(t))
	list := make([]thulium.Campaign, campaigns)
	for minute := range 10 {
		for i := range list {
			list[i] = thulium.Campaign{ID: fmt.Sprintf("%05d", i), Records: 1324, CompletionPercent: float64(i%90) + float64(minute)/100}
		}
		tracker.Update(at.Add(time.Duration(minute-9)*time.Minute), slices.Clone(list[minute%2*campaigns/9:]))
	}
	return System{Name: name, URL: url, Tracker: tracker}
}

func all(systems ...System) func() iter.Seq[System] {
	return func() iter.Seq[System] { return slices.Values(systems) }
}

func inFile(t testing.TB, systems ...System) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "state.json")
	if err := write(path, slices.Values(systems)); err != nil {
		t.Fatal(err)
	}
	return path
}

// logged is a logger and what it wrote.
func logged() (log.Logger, *bytes.Buffer) {
	var b bytes.Buffer
	return log.NewLogfmtLogger(log.NewSyncWriter(&b)), &b
}

// know fails unless the store restores what the system's tracker knows.
func know(t testing.TB, s *Store, system System) {
	t.Helper()
	got := s.Tracker(system.Name, system.URL, settings(t)).AppendJSON(nil)
	if want := system.Tracker.AppendJSON(nil); !bytes.Equal(got, want) {
		t.Errorf("restored %s\nwant     %s", got, want)
	}
}

// knowNothing fails if the store restores anything.
func knowNothing(t testing.TB, s *Store) {
	t.Helper()
	if r := s.Tracker("acme", url, settings(t)).Report(); r != nil {
		t.Errorf("restored a report of %s", r.At)
	}
}

func TestRestore(t *testing.T) {
	a, b := worked(t, "acme", time.Now(), 50), worked(t, `b"\é`, time.Now(), 1)
	empty := System{Name: "new", URL: url, Tracker: progress.New(settings(t))}
	logger, out := logged()
	s := Open(inFile(t, a, empty, b), logger)
	know(t, s, a)
	know(t, s, b)
	know(t, s, empty)
	knowNothing(t, s) // twice
	if out.Len() > 0 || !s.LastWriteSuccessful() {
		t.Errorf("logged %s", out)
	}
}

func TestAnotherURLIsAnotherSystem(t *testing.T) {
	s := Open(inFile(t, worked(t, "acme", time.Now(), 3)), log.NewNopLogger())
	if r := s.Tracker("acme", "https://other.example.com", settings(t)).Report(); r != nil {
		t.Errorf("restored %+v", r)
	}
}

func TestTheFutureIsSkipped(t *testing.T) {
	logger, out := logged()
	knowNothing(t, Open(inFile(t, worked(t, "acme", time.Now().Add(time.Hour), 3)), logger))
	if out.Len() > 0 {
		t.Errorf("logged %s", out)
	}
}

func TestNoFile(t *testing.T) {
	for _, path := range []string{"", filepath.Join(t.TempDir(), "state.json")} {
		logger, out := logged()
		s := Open(path, logger)
		knowNothing(t, s)
		if out.Len() > 0 || !s.LastWriteSuccessful() {
			t.Errorf("logged %s", out)
		}
	}
}

// Whatever is in the file, nothing half is restored, and it is kept.
func TestBrokenFiles(t *testing.T) {
	whole, err := os.ReadFile(inFile(t, worked(t, "acme", time.Now(), 5)))
	if err != nil {
		t.Fatal(err)
	}
	text := string(whole)
	for name, content := range map[string]string{
		"empty":             "",
		"half":              text[:len(text)/2],
		"a byte short":      strings.TrimRight(text, "}\n"),
		"more behind":       text + "{",
		"zeros":             strings.Repeat("\x00", 4096),
		"another version":   strings.Replace(text, `"version":1`, `"version":2`, 1),
		"no version":        `{"systems":[]}`,
		"an array":          "[]",
		"text":              "idle times\n",
		"percent of 101":    strings.Replace(text, `"percent":`, `"percent":101,"x":`, 1),
		"negative idle":     strings.Replace(text, `"records":`, `"idle":-5,"records":`, 1),
		"an ID twice":       strings.Replace(text, `"id":"00001"`, `"id":"00000"`, 1),
		"no ID":             strings.Replace(text, `"id":"00000"`, `"id":""`, 1),
		"time that is none": strings.Replace(text, `"at":"`, `"at":"yesterday `, 1),
	} {
		t.Run(name, func(t *testing.T) {
			if name == "negative idle" && !strings.Contains(content, `"idle":-5`) {
				t.Fatal("no idle campaign")
			}
			path := filepath.Join(t.TempDir(), "state.json")
			if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			logger, out := logged()
			s := Open(path, logger)
			knowNothing(t, s)
			if got := strings.Count(out.String(), "level=warn"); got != 1 {
				t.Errorf("%d warnings: %s", got, out)
			}
			if kept, err := os.ReadFile(path + ".broken"); err != nil || string(kept) != content {
				t.Errorf("kept %q, %v", kept, err)
			}
			system := worked(t, "acme", time.Now(), 2)
			s.save(slices.Values([]System{system}), ioLimit)
			know(t, Open(path, logger), system)
		})
	}
}

// A file of another user is kept, too, as long as it can be renamed.
func TestForbiddenFile(t *testing.T) {
	forbidden := &fs.PathError{Op: "open", Path: "state.json", Err: fs.ErrPermission} // root never gets it
	for name, content := range map[string]string{"kept": "x", "not renamed": ""} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "state.json")
			if content != "" {
				if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			logger, out := logged()
			s := Open("", logger)
			s.path = path
			s.reject(forbidden)
			kept, _ := os.ReadFile(path + ".broken")
			if string(kept) != content || strings.Contains(out.String(), ".broken err") != (content != "") {
				t.Errorf("kept %q, logged %s", kept, out)
			}
			if s.LastWriteSuccessful() != (content != "") {
				t.Errorf("successful: %t", s.LastWriteSuccessful())
			}
		})
	}
}

// Truncated anywhere, and with any byte changed, the file restores nothing or
// something whole; it is never the end of the process.
func FuzzLoad(f *testing.F) {
	whole, err := os.ReadFile(inFile(f, worked(f, "acme", time.Now(), 2)))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add(whole[:len(whole)/2])
	lookup := settings(f)
	f.Fuzz(func(t *testing.T, content []byte) {
		_ = decode(bytes.NewReader(content), func(_ key, saved *progress.Saved) {
			tracker := progress.Restore(saved, lookup)
			if tracker.Report() == nil {
				return
			}
			var again progress.Saved
			if err := again.UnmarshalJSON(tracker.AppendJSON(nil)); err != nil {
				t.Errorf("what was restored cannot be saved: %v", err)
			}
			for c := range tracker.Report().Campaigns() {
				if c.Idle < 0 && c.Idle != -1 {
					t.Errorf("negative idle time: %+v", c)
				}
			}
		})
	})
}

// What is no regular file is neither read, which might never end, nor replaced.
func TestNoRegularFile(t *testing.T) {
	directory := t.TempDir()
	fifo := filepath.Join(directory, "fifo")
	if err := exec.CommandContext(t.Context(), "mkfifo", fifo).Run(); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(directory, "link")
	if err := os.Symlink("/dev/zero", link); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{directory, fifo, link} {
		before, err := os.Lstat(path)
		if err != nil {
			t.Fatal(err)
		}
		logger, out := logged()
		s := Open(path, logger)
		knowNothing(t, s)
		s.save(slices.Values([]System{worked(t, "acme", time.Now(), 2)}), ioLimit)
		if after, err := os.Lstat(path); err != nil || after.Mode() != before.Mode() {
			t.Errorf("%s was replaced: %v, %v", path, after, err)
		}
		if got := strings.Count(out.String(), "level=warn"); got != 1 || s.LastWriteSuccessful() {
			t.Errorf("%d warnings: %s", got, out)
		}
	}
}

func TestWritesOncePerMinuteWhenSomethingChanged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		system := worked(t, "acme", time.Now(), 2)
		path := filepath.Join(t.TempDir(), "state.json")
		s := Open(path, log.NewNopLogger())
		var writes atomic.Int32 // a write has a goroutine of its own
		s.write = func(path string, systems iter.Seq[System]) error {
			writes.Add(1)
			return write(path, systems)
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { s.Run(ctx, all(system)); close(done) }()
		expect := func(want int32) {
			t.Helper()
			synctest.Wait()
			if got := writes.Load(); got != want {
				t.Errorf("%d writes, want %d", got, want)
			}
		}
		time.Sleep(59 * time.Second)
		expect(0)
		time.Sleep(time.Second)
		expect(1)
		time.Sleep(10 * time.Minute)
		expect(1)
		system.Tracker.Update(time.Now(), []thulium.Campaign{{ID: "1", Records: 7}})
		time.Sleep(time.Minute)
		expect(2)
		system.Tracker.Update(time.Now(), nil)
		cancel()
		<-done
		expect(3)
		know(t, Open(path, log.NewNopLogger()), system)
	})
}

func TestFailedWrites(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		system := worked(t, "acme", time.Now(), 2)
		logger, out := logged()
		s := Open(filepath.Join(t.TempDir(), "state.json"), logger)
		var full atomic.Bool
		full.Store(true)
		s.write = func(path string, systems iter.Seq[System]) error {
			if full.Load() {
				return errors.New("no space left on device")
			}
			return write(path, systems)
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { s.Run(ctx, all(system)); close(done) }()
		time.Sleep(10*time.Minute + time.Second)
		synctest.Wait()
		if s.LastWriteSuccessful() {
			t.Error("a write to a full disk was successful")
		}
		full.Store(false)
		time.Sleep(time.Minute)
		synctest.Wait()
		if !s.LastWriteSuccessful() {
			t.Error("the disk has room again, and the write failed")
		}
		cancel()
		<-done
		if strings.Count(out.String(), "level=warn") != 1 || strings.Count(out.String(), "in order again") != 1 {
			t.Errorf("logged %s", out)
		}
	})
}

// A disk that does not respond holds nothing up, the exit least of all.
func TestHungWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		system := worked(t, "acme", time.Now(), 2)
		s := Open(filepath.Join(t.TempDir(), "state.json"), log.NewNopLogger())
		release := make(chan struct{})
		var writes atomic.Int32
		s.write = func(string, iter.Seq[System]) error { writes.Add(1); <-release; return nil }
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { s.Run(ctx, all(system)); close(done) }()
		time.Sleep(5 * time.Minute)
		if got := writes.Load(); s.LastWriteSuccessful() || got != 1 {
			t.Errorf("%d writes at a time", got)
		}
		cancel()
		stopped := time.Now()
		<-done
		if took := time.Since(stopped); took > shutdownLimit {
			t.Errorf("the exit took %s", took)
		}
		close(release)
		synctest.Wait()
	})
}

func TestUnwritable(t *testing.T) {
	file := inFile(t)
	readOnly := t.TempDir()
	if err := os.Chmod(readOnly, 0o500); err != nil {
		t.Fatal(err)
	}
	paths := []string{filepath.Join(file, "state.json"), filepath.Join(t.TempDir(), "missing", "state.json")}
	if os.Geteuid() != 0 { // who may write everywhere
		paths = append(paths, filepath.Join(readOnly, "state.json"))
	}
	for _, path := range paths {
		logger, out := logged()
		s := Open(path, logger)
		for range 3 {
			s.save(slices.Values([]System{worked(t, "acme", time.Now(), 2)}), ioLimit)
		}
		if got := strings.Count(out.String(), "level=warn"); got != 1 || s.LastWriteSuccessful() {
			t.Errorf("%s: %d warnings: %s", path, got, out)
		}
	}
}

// When the disk is full in the middle of a file, the previous one is kept.
func TestFullDisk(t *testing.T) {
	system := worked(t, "acme", time.Now(), 2)
	path := inFile(t, system)
	err := replace(path, func(w io.Writer) error {
		_, _ = io.WriteString(w, `{"version":1,`)
		return syscall.ENOSPC
	})
	if !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("error %v", err)
	}
	know(t, Open(path, log.NewNopLogger()), system)
	if entries, err := os.ReadDir(filepath.Dir(path)); err != nil || len(entries) != 1 {
		t.Errorf("left over: %v, %v", entries, err)
	}
}

// A process that is killed at any moment of a write leaves a whole file, and the
// next one removes what else it left.
func TestKilled(t *testing.T) {
	if path := os.Getenv("STATEFILE_TEST_WRITER"); path != "" {
		for n := 1; ; n++ {
			system := worked(t, "acme", time.Now(), 2000+n%3)
			if err := write(path, slices.Values([]System{system})); err != nil {
				t.Fatal(err)
			}
			_, _ = os.Stdout.WriteString("written\n")
		}
	}
	path := filepath.Join(t.TempDir(), "state.json")
	for n := range 8 {
		writer := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKilled$")
		writer.Env = append(os.Environ(), "STATEFILE_TEST_WRITER="+path)
		out, err := writer.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := writer.Start(); err != nil {
			t.Fatal(err)
		}
		_, _ = out.Read(make([]byte, 1)) // the first write is done
		<-time.After(time.Duration(n*7) * time.Millisecond)
		_ = writer.Process.Kill()
		_ = writer.Wait()
		logger, warnings := logged()
		s := Open(path, logger)
		if r := s.Tracker("acme", url, settings(t)).Report(); r == nil || r.Len() < 1700 || warnings.Len() > 0 {
			t.Fatalf("restored %+v: %s", r, warnings)
		}
		if entries, err := os.ReadDir(filepath.Dir(path)); err != nil || len(entries) != 1 {
			t.Errorf("left over: %v, %v", entries, err)
		}
	}
}

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m)
}

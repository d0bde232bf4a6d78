package business

import (
	"maps"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rickar/cal/v2"
)

// An upgrade of the library may bring countries.
func TestPlacesAreComplete(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", "{{.Name}}", "github.com/rickar/cal/v2/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	known := places()
	noCountry := []string{"cal", "aa", "ecb", "tests"}
	for _, name := range strings.Fields(string(out)) {
		if _, ok := known[name]; !ok && !slices.Contains(noCountry, name) {
			t.Errorf("package %s of the library is missing", name)
		}
	}
	for code, list := range known {
		if len(list) == 0 {
			t.Errorf("%s has no holidays", code)
		}
	}
}

// The library thinks in midnights of the machine's zone. In these zones some
// do not exist.
func TestHolidaysDoNotDependOnTheMachine(t *testing.T) {
	local := time.Local
	t.Cleanup(func() { time.Local, cal.DefaultLoc = local, local })
	set := func(name string) {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		time.Local, cal.DefaultLoc = zone, zone
	}
	all := rules{holidays: slices.Concat(slices.Collect(maps.Values(places()))...)}
	set("UTC")
	want := all.exceptions(lastYear)
	for _, zone := range []string{"America/Santiago", "America/Havana", "Asia/Beirut", "Africa/Cairo", "Pacific/Apia"} {
		set(zone)
		if got := all.exceptions(lastYear); !slices.EqualFunc(got, want, func(a, b exception) bool { return a.date == b.date }) {
			t.Errorf("the holidays differ on a machine in %s", zone)
		}
	}
}

// The library's Japanese equinox is written to when it is computed; the race
// detector would see it.
func TestNewIsSafeForConcurrentUse(t *testing.T) {
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			if _, err := New(Spec{Holidays: []string{"jp"}}); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
}

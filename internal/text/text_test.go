package text

import "testing"

func TestCount(t *testing.T) {
	for n, want := range map[int]string{0: "0 systems", 1: "1 system", 2: "2 systems"} {
		if got := Count(n, "system", "systems"); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestThousands(t *testing.T) {
	for n, want := range map[float64]string{0: "0", 999: "999", 1000: "1,000", 1234567.6: "1,234,568"} {
		if got := Thousands(n); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

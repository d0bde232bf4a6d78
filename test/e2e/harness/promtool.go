package harness

import (
	"os/exec"
	"strings"
	"testing"
)

// CheckMetrics returns the findings of promtool in a text exposition.
func CheckMetrics(t *testing.T, text string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), Tool(t, "promtool"), "check", "metrics")
	cmd.Stdin = strings.NewReader(text)
	// The exit status is not 0 if there are findings; the output says more.
	output, err := cmd.CombinedOutput()
	if err != nil && len(output) == 0 {
		t.Fatal(err)
	}
	return string(output)
}

package config_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"thulium_exporter/internal/config"
	"thulium_exporter/internal/files"
)

// BenchmarkLoadFile measures what a start or a reload costs with many systems.
func BenchmarkLoadFile(b *testing.B) {
	var text strings.Builder
	text.WriteString("defaults: {poll_interval: 1m, basic_auth: {username: u, password: p}}\nsystems:\n")
	for i := range 10_000 {
		fmt.Fprintf(&text, "  system-%05d: {url: 'https://s%[1]d.example.com'}\n", i)
	}
	path := filepath.Join(b.TempDir(), "x.yml")
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := config.LoadFile(b.Context(), files.NewReader(), path); err != nil {
			b.Fatal(err)
		}
	}
}

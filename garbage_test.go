package main

import (
	"testing"
	"time"

	"thulium_exporter/internal/config"
)

func TestGarbage(t *testing.T) {
	polled, fetched := config.System{PollInterval: time.Minute}, config.System{}
	for name, tt := range map[string]struct {
		systems []config.System
		want    int
	}{
		"all are polled":           {[]config.System{polled, polled}, polledGarbage},
		"one is asked on scrapes":  {[]config.System{polled, fetched}, usualGarbage},
		"all are asked on scrapes": {[]config.System{fetched, fetched}, usualGarbage},
	} {
		if got := garbage(tt.systems); got != tt.want {
			t.Errorf("%s: got %d %%, want %d", name, got, tt.want)
		}
	}
}

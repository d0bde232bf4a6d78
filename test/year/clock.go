package main

import "time"

// clock is the business calendar the simulated contact centre keeps.
// internal/business implements it.
type clock interface {
	OpenAt(time.Time) bool
	SecondsUntil(time.Time) float64
}

// minute is the step of the simulation.
const minute = 60

// hour is a business hour in business seconds.
const hour = 3600.0

// at turns a simulated instant, in Unix seconds, into what the calendar reads.
func at(unix int64) time.Time { return time.Unix(unix, 0).UTC() }

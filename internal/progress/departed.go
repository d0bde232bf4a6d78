package progress

const (
	// pause is the business time for which a campaign has to be absent until its
	// idle clock starts again at its return.
	pause = 10 * 60

	departedFor = 4 * 3600 // business seconds for which a departed campaign is published
	nearlyDone  = 99.5     // percent: a campaign that leaves from there on is finished
	rememberFor = 14 * 24 * 3600
	maxAbsent   = 20_000 // a bound for memory, whatever a response lists
)

// absent is a campaign that a response did not list, and has not returned.
type absent struct {
	tracked

	left int64   // when the first response without it arrived
	away float64 // business seconds since then
}

// departed reports whether the campaign left unfinished, and not long ago.
func (a *absent) departed() bool { return a.percent < nearlyDone && a.away < departedFor }

// age updates how long the campaign has been away.
func (a *absent) age(k *clock) {
	a.away += k.passed
	if a.recount {
		a.away = max(0, k.now-k.until(a.left))
	}
}

// forgettable reports whether nothing is lost if the campaign is forgotten.
func (a *absent) forgettable(k *clock) bool {
	return a.clockless() || k.at-a.left > rememberFor
}

package main

// reason is why no record of a campaign is called in a minute, as the generator knows.
type reason uint8

const (
	called   reason = iota // somebody calls: silence is chance
	waiting                // its agents call a campaign that comes before it
	retrying               // all records wait for their next attempt
	lunch
	training
	away   // nobody is logged in
	paused // everybody pauses
	broken // agents are there, but lines or the campaign's hours are wrong
	moved  // its turn has come, but its agents were moved to another campaign
	outage // nobody in the centre can call
	reasons
)

// String returns what the tables call it.
func (r reason) String() string {
	return [reasons]string{
		"chance", "waiting for another campaign", "all records wait for a retry", "lunch", "training",
		"nobody there", "all in pause", "lines or hours", "agents elsewhere", "dialler outage",
	}[r]
}

// blocks reports whether nobody can call although records are due and its turn has come:
// for two hours, that is a stall.
func (r reason) blocks() bool { return r >= lunch }

package status

import (
	"errors"
	"time"

	"thulium_exporter/collector"
	"thulium_exporter/thulium"
)

// failure is a failed request.
type failure struct {
	At        time.Time `json:"at"`
	Result    string    `json:"result"`
	Message   string    `json:"message"`
	RequestID string    `json:"request_id,omitempty"`
	Hint      string    `json:"hint,omitempty"`
	Recovered bool      `json:"recovered"`
}

// newFailure describes the newest failed request; nil if none failed.
func newFailure(snap *collector.Snapshot) *failure {
	last := snap.LastFailure
	if last == nil {
		return nil
	}
	f := &failure{At: stamp(last.At), Result: "unknown", Message: messageOf(last.Err), Recovered: snap.LastSuccess.After(last.At)}
	var known *thulium.Error
	if errors.As(last.Err, &known) {
		f.Result, f.RequestID, f.Hint = known.Result.String(), known.RequestID, known.Hint()
	}
	return f
}

// messageOf is an error as one line, without the request id, which has a place
// of its own.
func messageOf(err error) string {
	var failure *thulium.Error
	if !errors.As(err, &failure) {
		return thulium.Clean(err.Error())
	}
	plain := *failure
	plain.RequestID = ""
	return plain.Error()
}

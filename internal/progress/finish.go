package progress

import "time"

// expectedFinish returns when the campaign is expected to finish at its pace, in the
// coming business hours: Unix time in seconds, 0 if unknown.
func (c *tracked) expectedFinish(at time.Time) int64 {
	pace := c.pace.perSecond()
	if pace == 0 || c.clockless() {
		return 0
	}
	finish, ok := c.settings.Calendar.After(at, (c.records-c.done())/pace)
	if !ok {
		return 0
	}
	return finish.Unix()
}

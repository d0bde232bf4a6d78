package progress

import "time"

// expectedFinish returns when the campaign will be finished at its pace, in the
// business hours to come: Unix time in seconds, 0 if unknown.
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

// Package business computes business time: whether an instant is within business
// hours, and how many seconds of business hours have passed until then.
//
// Everything is a pure function of a Spec and an instant: there is no clock
// and no state inside, so replicas agree and a restart changes nothing.
//
// Business hours are what the clocks on the centre's wall show, as in the time
// intervals of Alertmanager. When those clocks change, a window lasts as long as
// they really show it: one from 02:00 to 03:00 lasts no time on the night they
// skip that hour and two hours on the night they repeat it. Business time
// begins with 2020; before, all is closed.
//
// Time zones come from the machine or from time/tzdata, which a program for
// machines without them has to import.
package business

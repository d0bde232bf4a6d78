package simulator

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// Documented returns the two campaigns of Thulium's documentation. They never
// change.
func Documented() []Campaign {
	return []Campaign{
		{ID: "00001", Records: 1324, Done: 0.1487 * 1324},
		{ID: "00002", Records: 20, Done: 0.23 * 20},
	}
}

// Many returns n campaigns with IDs from 00001 on. They never change, so that a
// Simulator renders its response once.
func Many(n int) []Campaign {
	campaigns := make([]Campaign, n)
	for i := range campaigns {
		records := 100 + i*37%5000
		campaigns[i] = Campaign{
			ID:      fmt.Sprintf("%05d", i+1),
			Records: records,
			Done:    float64(records) * float64(i*1237%10_000) / 10_000,
		}
	}
	return campaigns
}

// Demo returns eight campaigns as a contact centre might run them. At any time at
// least five of them are active, and no ID is listed twice. The seed determines
// their size and progress.
//
// Their IDs are 00001 to 00008; the successors of 00005, 00006 and 00008 have IDs
// of their own.
func Demo(seed uint64) []Campaign {
	const day = 24 * time.Hour
	campaigns := []Campaign{
		{Name: "Satisfaction survey", Team: "service", Agents: 6, Records: 12_000, PerHour: 80, Every: 7 * day, Lingers: 7 * day},
		{Name: "Consent renewal, all customers", Team: "sales", Agents: 9, Records: 250_000, PerHour: 110, Every: 100 * day, Lingers: 100 * day},
		{Name: "Call-backs from the website", Team: "web", Agents: 12, Records: 800, Done: 500, PerHour: 42, AddedPerHour: 55, Every: 3 * day},
		{Name: "Overdue invoices", Team: "invoices", Agents: 8, Records: 6_000, PerHour: 140, Every: 2 * day, Lingers: 2 * day, Stalls: stalls(2 * day)},
		{Name: "Spring renewals", Team: "sales", Agents: 9, Records: 900, PerHour: 150, Lingers: 30 * time.Minute, Every: 8 * time.Hour, Stride: 10, Deadline: 8 * time.Hour},
		{Name: "Fibre upgrade", Team: "sales", Agents: 4, Records: 3_000, PerHour: 60, Leaves: 20 * time.Hour, Every: day, Stride: 10},
		{Name: "Event invitations"},
		{Name: "Winter tyres", Team: "service", Agents: 6, Records: 1_500, PerHour: 50, Lingers: 2 * time.Hour, Every: 2 * day, Stride: 10, Deadline: 40 * time.Hour},
	}
	random := rand.New(rand.NewPCG(seed, 0))
	for i := range campaigns {
		c := &campaigns[i]
		c.ID = fmt.Sprintf("%05d", i+1)
		c.Records += int(float64(c.Records) * 0.2 * (random.Float64() - 0.5))
		c.Starts = -time.Duration(random.Float64() * float64(c.Every))
	}
	campaigns[7].Starts = 10 * time.Minute // the last one to start
	return campaigns
}

// stalls returns three hours of every eight, which is long enough for an alert.
func stalls(until time.Duration) []Stall {
	var stalls []Stall
	for offset := 4 * time.Hour; offset < until; offset += 8 * time.Hour {
		stalls = append(stalls, Stall{Offset: offset, Length: 3 * time.Hour})
	}
	return stalls
}

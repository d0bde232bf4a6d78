package main

// text is what a supervisor reads on the campaigns dashboard, in one language.
type text struct {
	uid, title, description, language, other, exporter, alerts string
	dataSource, system, campaign                               string
	time, days                                                 string // units

	nobody, nobodyHelp, notStalled, notKnown string
	stalled, late, running                   string
	centre, open, closed, silent, age        string
	noData, noCampaigns                      string

	campaigns, campaignsHelp, only       string
	state, since, idle, done, left       string
	trend, pace, paceBefore              string
	finish, deadline, lateBy             string
	completed, completedHelp, noHistory  string
	today, yesterday                     string
	excused, excusedHelp, noneExcused    string
	waitsFor                             string
	barelyWatched, barelyWatchedHelp     string
	threshold, allWatched                string
	departed, departedHelp, noneDeparted string
	goneFor                              string
	states                               [numStates]string
	cause                                string
	causes                               [9]string
}

func english() text {
	return text{
		uid: "thulium-campaigns", title: "Thulium campaigns", language: "Polski", other: "thulium-campaigns-pl",
		exporter: "Exporter", alerts: "Alerts",
		description: "Which campaigns need a supervisor, how far the others are, and when they will be finished.",
		dataSource:  "Data source", system: "System", campaign: "Campaign",
		time: "time:D MMM HH:mm", days: "suffix: d",

		nobody:     "Nobody has completed a record since",
		nobodyHelp: "All campaigns of a system together. If it is stalled as a whole, check whether agents are logged in, and make a call by hand. It is not known while Thulium does not respond, and until a system has two campaigns and has been seen to complete records.",
		notStalled: "Not the case", notKnown: "Not known",
		stalled: "Stalled", late: "Late", running: "Active",
		centre: "Centre", open: "Open", closed: "Closed", silent: "Systems without data", age: "Age of data",
		noData: "No data: is the exporter up?", noCampaigns: "No campaigns: is one active in Thulium?",

		campaigns:     "Campaigns, the most urgent first",
		campaignsHelp: "The 100 most urgent campaigns; a name shows that one alone. No progress: business time without a completed record; nights, weekends and holidays do not count. Pace: records per hour of business time. While Thulium does not respond, the table shows the latest data, whose age is above. Cause: why a campaign is idle, where diagnose is on; of more than ten agents, ten are looked at.",
		only:          "Show this campaign alone",
		state:         "State", since: "No progress since", idle: "No progress", done: "Done", left: "Records left",
		trend: "Completed records", pace: "Pace, per hour", paceBefore: "Pace yesterday",
		finish: "Expected finish", deadline: "Deadline", lateBy: "Late by",
		completed: "Completed records per hour", completedHelp: "Of the campaigns chosen above, in the hour before each moment, and at the same time of the day before.",
		noHistory: "Less than an hour of data: is the exporter up?",
		today:     "Today", yesterday: "Day before",
		excused: "Waiting for another campaign", excusedHelp: "They would count as stalled if the other campaign, of their pool or with a common agent, had not progressed.",
		noneExcused: "No campaign waits for another one", waitsFor: "Waits for",
		barelyWatched: "Barely watched campaigns", barelyWatchedHelp: "So slow that they count as stalled only after more than a working day (12 h) without a completed record. Look at them by hand, or set stalled_after for them.",
		threshold: "Stalled after", allWatched: "No campaign needs more than 12 h to count as stalled",
		departed: "Gone unfinished", departedHelp: "Campaigns that are no longer listed although some of their records were not done. Each is shown for four business hours.",
		noneDeparted: "No campaign has gone unfinished in the last 4 business hours", goneFor: "Gone for",
		cause: "Cause",
		causes: [...]string{
			"Nobody assigned", "Logged in: $1\u00a0of\u00a0$2", "Nobody logged in", "All paused\u00a0($1)", "All paused",
			"Logged in: $1, no\u00a0calls", "No calls", "Agents elsewhere", "Not known",
		},
		states: [numStates]string{"Finished", "No records", "Waiting to start", "In progress", "Late", "Stalled", "Stalled, critical"},
	}
}

func polish() text {
	return text{
		uid: "thulium-campaigns-pl", title: "Kampanie Thulium", language: "English", other: "thulium-campaigns",
		exporter: "Eksporter", alerts: "Alerty",
		description: "Które kampanie wymagają reakcji supervisora, na jakim etapie są pozostałe i kiedy się zakończą.",
		dataSource:  "Źródło danych", system: "System", campaign: "Kampania",
		time: "time:D.MM HH:mm", days: "suffix: dni",

		nobody:     "Nikt nie ukończył rekordu od",
		nobodyHelp: "Wszystkie kampanie systemu razem. Jeśli system stoi jako całość, sprawdź, czy agenci są zalogowani, i zadzwoń na próbę. Nie wiadomo tego, gdy Thulium nie odpowiada i dopóki system nie ma dwóch kampanii i nie widać w nim ukończonych rekordów.",
		notStalled: "Nie dotyczy", notKnown: "Nie wiadomo",
		stalled: "Stoją", late: "Po terminie", running: "Aktywne",
		centre: "Centrum", open: "Czynne", closed: "Nieczynne", silent: "Systemy bez danych", age: "Wiek danych",
		noData: "Brak danych: czy eksporter działa?", noCampaigns: "Brak kampanii: czy jakaś jest aktywna?",

		campaigns:     "Kampanie, od najpilniejszej",
		campaignsHelp: "Sto najpilniejszych kampanii; nazwa pokazuje samą tę kampanię. Bez postępu: czas w godzinach pracy bez ukończonego rekordu; noce, weekendy i święta się nie liczą. Tempo: rekordy na godzinę pracy. Gdy Thulium nie odpowiada, tabela pokazuje ostatnie dane, a ich wiek jest wyżej. Przyczyna: dlaczego kampania stoi, jeśli włączono diagnose; z ponad dziesięciu agentów sprawdzanych jest dziesięciu.",
		only:          "Pokaż tylko tę kampanię",
		state:         "Stan", since: "Bez postępu od", idle: "Bez postępu", done: "Ukończono", left: "Zostało",
		trend: "Ukończone rekordy", pace: "Tempo na godzinę", paceBefore: "Tempo wczoraj",
		finish: "Koniec", deadline: "Termin", lateBy: "Spóźni się o",
		completed: "Ukończone rekordy na godzinę", completedHelp: "Wybranych kampanii, w godzinie przed daną chwilą i o tej samej porze dnia poprzedniego.",
		noHistory: "Mniej niż godzina danych: czy eksporter działa?",
		today:     "Dziś", yesterday: "Dzień wcześniej",
		excused: "Czekają na inną kampanię", excusedHelp: "Stałyby, gdyby nie postęp innej kampanii z ich puli albo o wspólnych agentach.",
		noneExcused: "Żadna kampania nie czeka na inną", waitsFor: "Czeka na",
		barelyWatched: "Kampanie słabo pilnowane", barelyWatchedHelp: "Tak powolne, że stoją dopiero po ponad dniu pracy (12 h) bez ukończonego rekordu. Zaglądaj do nich samodzielnie albo poproś o ustawienie dla nich stalled_after.",
		threshold: "Stoi po", allWatched: "Żadna kampania nie potrzebuje ponad 12 h, by uznać, że stoi",
		departed: "Zniknęły z listy nieukończone", departedHelp: "Kampanie, których nie ma już na liście, choć nie wszystkie ich rekordy ukończono. Każdą widać przez cztery godziny pracy.",
		noneDeparted: "W ostatnich 4 godzinach pracy nie zniknęła żadna nieukończona kampania", goneFor: "Nieaktywna od",
		cause: "Przyczyna",
		causes: [...]string{
			"Nikt nie jest przypisany", "Zalogowanych: $1\u00a0z\u00a0$2", "Nikt nie jest zalogowany", "Wszyscy na przerwie\u00a0($1)", "Wszyscy na przerwie",
			"Zalogowanych: $1, bez połączeń", "Bez połączeń", "Agenci w innej kampanii", "Nie wiadomo",
		},
		states: [numStates]string{"Zakończona", "Bez rekordów", "Czeka na start", "W toku", "Po terminie", "Stoi", "Stoi (krytycznie)"},
	}
}

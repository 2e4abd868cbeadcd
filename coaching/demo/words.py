"""Short, plain sentences for notes, summaries and objectives of the demo; about nobody."""

OBJECTIVES = (
    "Delegate more and stay out of the detail.",
    "Communicate better with my direct reports.",
    "Lead the new regional team through its first year.",
    "Speak up earlier in the executive meeting.",
    "Settle into the new role and find my own way of leading.",
    "Give feedback before it is too late to be useful.",
    "Work better across functions, less in my own silo.",
    "Prepare the handover of the plant without holding on to it.",
    "Make decisions faster with less certainty.",
    "Build trust with peers after the reorganisation.",
    "Listen longer before giving the answer.",
    "Spend more time on strategy and less on firefighting.",
)

REWORDED = (
    "Hand over two of the weekly meetings completely, and say so to the team.",
    "Ask one more question before answering, in every one-to-one.",
    "Decide within a week, and name what would change my mind.",
)

OPEN_NOTES = (
    "Spoke openly about the pressure from the board, without my asking.",
    "Tried the new way of running the team meeting, and it held.",
    "Asked for help with the conversation with a peer; first time.",
    "Named a doubt about the reorganisation that had not come up before.",
    "Let me set a harder question than planned, and stayed with it.",
    "Saw for themselves that the team waits for answers because answers always come.",
)

EARLY_NOTES = (
    "Getting to know each other. Wants clear structure and short agendas.",
    "Careful with words so far; prefers examples to concepts.",
    "Talked about what a good result would look like by summer.",
    "Likes to prepare. Sent questions a day ahead.",
)

STEADY_NOTES = (
    "Went through last week's decisions. Useful, little that was new.",
    "Good conversation about delegation; stayed on the practical side.",
    "Kept to the agenda. No room for the question I had in mind.",
    "Reported progress; I am not sure what changed behind it.",
    "Talked about workload again. Next time: ask what would have to stop.",
)

GUARDED_NOTES = (
    "Short answers today. I went too fast with the question about the boss.",
    "Pulled back when I asked what was behind it. I should name that next time.",
    "Took over the agenda and filled the hour with status.",
    "Polite and distant since the last session. Something is off between us.",
    "Cut the session short. No commitment for next time.",
)

REPAIR_NOTES = (
    "Spoke about what went wrong last month. I said that I had pushed too hard.",
    "Easier again. Came back to the topic on their own.",
)

SUMMARIES = (
    "We agreed on one meeting to hand over before we next speak.",
    "Next step: ask the three direct reports what they would like to decide themselves.",
    "To try until next time: pause before answering, and note what happens.",
    "We looked at the calendar and found two hours a week for strategy.",
    "Next step: the conversation with the peer, using the three sentences we wrote down.",
)

ROLES = (
    "Plant manager",
    "Head of sales",
    "Regional director",
    "Chief engineer",
    "Finance director",
    "Head of operations",
    "Head of research",
    "Country manager",
    "Supply chain director",
    "Head of people",
)

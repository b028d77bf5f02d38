"""Names, places, numbers, adverbs and expressions of time of the course corpus."""

WOMEN = "Marie Anne Julie Sophie Claire Louise Emma Lucie Alice Nathalie Camille Isabelle".split()
MEN = "Paul Pierre Jean Thomas Louis Marc Antoine Nicolas Luc Julien Simon Daniel".split()

CITIES = [
    "Paris",
    "Lyon",
    "London:Londres",
    "Marseille",
    "Rome",
    "Bordeaux",
    "Berlin",
    "Madrid",
    "Nice",
    "Lille",
    "Geneva:Genève",
    "Brussels:Bruxelles",
    "Toulouse",
    "Venice:Venise",
]
# English ; French ; gender or p (plural); feminine countries take en, the others au or aux.
COUNTRIES = [
    "France ; France ; f",
    "Italy ; Italie ; f",
    "Spain ; Espagne ; f",
    "Germany ; Allemagne ; f",
    "England ; Angleterre ; f",
    "Canada ; Canada ; m",
    "Japan ; Japon ; m",
    "Belgium ; Belgique ; f",
    "Portugal ; Portugal ; m",
    "Switzerland ; Suisse ; f",
    "Greece ; Grèce ; f",
    "Brazil ; Brésil ; m",
    "Morocco ; Maroc ; m",
]
LANGUAGES = [
    "French ; français",
    "English ; anglais",
    "Spanish ; espagnol",
    "Italian ; italien",
    "German ; allemand",
    "Japanese ; japonais",
]

NUMBERS = [
    "two deux",
    "three trois",
    "four quatre",
    "five cinq",
    "six six",
    "ten dix",
    "seven sept",
    "eight huit",
    "nine neuf",
    "twelve douze",
    "twenty vingt",
    "eleven onze",
    "fifteen quinze",
    "thirty trente",
    "forty quarante",
    "fifty cinquante",
    "sixty soixante",
]
HOURS = [
    "eight huit",
    "nine neuf",
    "seven sept",
    "six six",
    "ten dix",
    "five cinq",
    "four quatre",
    "three trois",
    "two deux",
    "eleven onze",
]

WEEKDAYS = [
    "Monday lundi",
    "Sunday dimanche",
    "Saturday samedi",
    "Tuesday mardi",
    "Friday vendredi",
    "Wednesday mercredi",
    "Thursday jeudi",
]
MONTHS = [
    "April avril",
    "May mai",
    "June juin",
    "July juillet",
    "August août",
    "January janvier",
    "September septembre",
    "December décembre",
    "March mars",
    "October octobre",
    "February février",
    "November novembre",
]

# Adverbs of frequency: between auxiliary and verb in English, after the finite verb in French.
FREQUENCY = [
    "often souvent",
    "always toujours",
    "sometimes parfois",
    "rarely rarement",
    "still encore",
    "usually généralement",
]
MANNER = [
    "slowly lentement",
    "well bien",
    "quickly vite",
    "quietly silencieusement",
    "badly mal",
    "calmly calmement",
    "happily joyeusement",
    "patiently patiemment",
    "carefully prudemment",
    "hard dur",
    "fast vite",
]

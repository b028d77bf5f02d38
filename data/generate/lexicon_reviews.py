"""The words of the reviews: what is reviewed, and what is said of it.

Words come in opposites, good before bad: *clean/dirty, quick/slow*. A `!` marks a word that is
strong in itself and takes no *very* (*superb*). Opposites belong to a class, and each thing has the
classes that suit it, so that soup is watery and plots are implausible.
"""

# --- adjectives: class, then opposites ------------------------------------------------------------

ADJECTIVES = """
general: good/bad, wonderful!/terrible!, excellent!/awful!, fantastic!/dreadful!
quality: great!/poor
fiction: gripping/dull, exciting/boring, memorable/forgettable, clever/silly
event: exciting/boring, memorable/forgettable
story: original/predictable, gripping/dull, convincing/implausible, clever/silly, exciting/boring
ending: surprising/predictable, satisfying/disappointing, convincing/implausible, touching/silly
comedy: funny/unfunny, charming/annoying, witty/silly, entertaining/boring
facts: informative/superficial, interesting/boring, useful/useless
performance: convincing/unconvincing, natural/wooden, lively/lifeless, superb!/appalling!
musicians: lively/lifeless, passionate/dull, convincing/unconvincing, superb!/appalling!
language: elegant/clumsy, witty/pompous, lively/dull, natural/stilted
characters: likeable/irritating, convincing/unconvincing, interesting/boring
jokes: funny/unfunny, fresh/stale, clever/silly
looks: impressive/disappointing, colourful/dreary, splendid!/ugly
music: beautiful/unpleasant, catchy/annoying, lively/monotonous
sound: clear/muffled, rich/thin, pleasant/harsh, perfect!/horrible!
food: tasty/bland, delicious!/disgusting!
bakery: fresh/stale, crisp/soggy
meat: tender/tough, juicy/dry
soup: hot/lukewarm, creamy/watery
greens: fresh/wilted, crisp/soggy
drink: refreshing/sour, fine/undrinkable!
brew: hot/lukewarm, aromatic/bitter
service: quick/slow, friendly/rude, attentive/careless, efficient/chaotic
people: friendly/rude, polite/arrogant, patient/impatient, cheerful/grumpy, helpful/unhelpful
room: clean/dirty, spacious/cramped, bright/gloomy, cosy/shabby
quiet: quiet/noisy
clean: clean/dirty, spotless!/filthy!
bed: comfortable/uncomfortable
place: welcoming/unfriendly, pleasant/unpleasant
mood: relaxed/tense, cheerful/gloomy
view: beautiful/ugly, stunning!/depressing
garden: beautiful/neglected, peaceful/noisy
price: fair/unfair, reasonable/unreasonable, acceptable/outrageous!
menu: varied/limited, interesting/boring
position: convenient/inconvenient
screen: sharp/blurry, bright/dim
device: reliable/unreliable
speed: fast/slow
program: simple/confusing, stable/buggy
use: simple/complicated, clear/confusing
text: clear/confusing, helpful/unhelpful
design: elegant/clumsy, modern/dated
art: impressive/disappointing, fascinating!/boring
travel: relaxing/stressful, pleasant/unpleasant
driver: careful/reckless
"""

# --- things: noun; form; classes ------------------------------------------------------------------
# Forms: s singular, m singular and not counted, p plural, q plural and not counted, f she, h he.
# Every thing is `general` as well. The first block of a domain holds what is reviewed as a whole,
# the second its parts.

THINGS = {
    "film": (
        """
        film; s; fiction comedy
        movie; s; fiction comedy
        comedy; s; comedy
        thriller; s; fiction story
        documentary; s; facts
        """,
        """
        plot; s; story quality
        story; s; story
        ending; s; ending
        acting; m; performance quality
        dialogue; m; language quality
        music; m; music
        opening scene; s; story
        jokes; p; jokes
        costumes; p; looks
        special effects; q; looks
        main actor; h; performance
        """,
    ),
    "book": (
        """
        book; s; fiction
        novel; s; fiction story
        biography; s; facts
        travel guide; s; facts
        crime story; s; fiction
        """,
        """
        plot; s; story quality
        characters; p; characters
        ending; s; ending
        writing; m; language quality
        dialogue; m; language
        first chapter; s; story
        translation; s; language
        pictures; p; looks
        maps; p; text
        introduction; s; facts
        """,
    ),
    "restaurant": (
        """
        restaurant; s; room quiet place
        pizzeria; s; room quiet place
        coffee shop; s; room quiet place
        """,
        """
        food; m; food quality
        soup; m; food soup
        pasta; m; food
        steak; s; meat food
        chicken; m; meat food
        pizza; s; food
        salad; s; greens food
        vegetables; p; greens
        bread; m; bakery
        apple pie; s; food bakery
        wine; m; drink quality
        lemonade; m; drink
        coffee; m; brew
        service; m; service quality
        waiters; p; people
        waitress; f; people
        menu; s; menu
        atmosphere; m; mood
        prices; q; price
        tables; p; clean
        """,
    ),
    "hotel": (
        """
        hotel; s; room quiet place
        guest house; s; room quiet place
        campsite; s; clean quiet place
        """,
        """
        room; s; room quiet bed
        beds; p; bed
        bathroom; s; clean room
        shower; s; clean
        breakfast; s; food quality
        staff; q; people
        receptionist; h; people
        view; s; view
        pool; s; clean
        garden; s; garden
        lobby; s; room
        location; s; position quality
        towels; p; clean
        price; m; price
        cleaning; m; service quality
        """,
    ),
    "phone": (
        """
        phone; s; device speed design
        tablet; s; device speed design
        """,
        """
        screen; s; screen quality
        battery; s; device quality
        camera; s; device quality
        photos; p; screen
        sound; m; sound quality
        design; s; design
        buttons; p; device
        software; m; program speed
        menu; s; use
        speaker; s; sound
        charger; s; device speed
        price; m; price
        manual; s; text
        """,
    ),
    "concert": (
        """
        concert; s; event
        festival; s; mood place
        show; s; event comedy
        """,
        """
        band; s; musicians
        singer; f; musicians
        pianist; h; musicians
        orchestra; s; musicians
        songs; p; music
        sound; m; sound quality
        seats; p; bed
        hall; s; room
        costumes; p; looks
        crowd; s; mood
        drinks; p; drink
        ticket prices; q; price
        """,
    ),
    "play": (
        """
        play; s; fiction comedy
        musical; s; fiction comedy
        """,
        """
        acting; m; performance quality
        actors; p; performance
        costumes; p; looks
        dialogue; m; language quality
        first act; s; story
        ending; s; ending
        jokes; p; jokes
        stage design; s; looks
        seats; p; bed
        songs; p; music
        """,
    ),
    "museum": (
        """
        museum; s; art facts
        exhibition; s; art facts
        guided tour; s; facts
        """,
        """
        guide; f; people
        paintings; p; art
        photographs; p; art
        labels; p; text
        audio guide; s; facts text
        rooms; p; room
        cafeteria; s; room quiet
        building; s; looks
        staff; q; people
        ticket prices; q; price
        """,
    ),
    "journey": (
        """
        flight; s; travel bed
        boat trip; s; travel
        bus tour; s; travel facts
        train ride; s; travel bed
        """,
        """
        crew; q; people
        seats; p; bed clean
        driver; h; driver people
        guide; f; people
        meals; p; food
        snacks; p; food
        toilets; p; clean
        windows; p; clean
        timetable; s; text
        ticket prices; q; price
        """,
    ),
}
TENSES = {"film": "is was", "book": "is was", "phone": "is"}  # of the others one says was

# --- the rest, good/bad, by domain where the domain matters ---------------------------------------

LIKING = (
    "loved/hated, liked/disliked, enjoyed/disliked, was happy with/was unhappy with, "
    "was delighted with/was disappointed with, was impressed by/was annoyed by"
)

# What came of it; *it* is the thing as a whole.
REACTIONS = {
    "film": """
        i enjoyed every minute/i regretted every minute
        i stayed until the last minute/i left after ten minutes
        i want to see it again/i want my money back
        i smiled all the way home/i sighed all the way home
        """,
    "book": """
        i read it in one night/i gave up after one chapter
        i want to read it again/i want my money back
        i recommend it to everybody/i warn everybody against it
        """,
    "restaurant": """
        we will come back soon/we will stay away from now on
        we stayed until midnight/we left before the dessert
        we went home happy/we went home hungry
        """,
    "hotel": """
        we slept very well/we slept very badly
        we stayed another night/we left a day early
        we will come back next year/we will go elsewhere next year
        """,
    "phone": """
        i am happy with it/i am angry about it
        i recommend it to everybody/i warn everybody against it
        i bought another one/i sent it back
        """,
    "concert": """
        we danced all night/we left early
        we cheered until midnight/we yawned until midnight
        i went home happy/i went home angry
        """,
    "play": """
        the audience cheered/the audience booed
        we laughed until the end/we yawned until the end
        i want to see it again/i want my money back
        """,
    "museum": """
        we stayed all day/we left after ten minutes
        we learned a lot/we wasted a lot of time
        the children loved it/the children hated it
        """,
    "journey": """
        we arrived on time/we arrived two hours late
        the children loved it/the children hated it
        we went home happy/we went home exhausted
        """,
}

# Sentences that turn on a negation: what a good and what a bad one of its sort brings.
NEGATED = {
    "film": """
        i could not get enough of it/i could not bear it any longer
        nobody left before the end/nobody stayed until the end
        i could not look away/i could not stay awake
        """,
    "book": """
        i could not put it down/i could not finish it
        i did not skip a single page/i did not finish a single chapter
        """,
    "restaurant": """
        nobody at our table left a crumb/nobody at our table ate up
        nobody who ate here was disappointed/nobody who ate here was happy
        we had nothing to complain about/we had nothing to be happy about
        """,
    "hotel": """
        no noise disturbed us at night/no guest slept at night
        we did not want to leave/we did not want to stay
        we had nothing to complain about/we had nothing to be happy about
        """,
    "phone": """
        it has never let me down/it has never worked properly
        nothing went wrong/nothing worked
        you cannot go wrong with it/you cannot do anything with it
        """,
    "concert": """
        nobody wanted to go home/nobody wanted to hear more
        nobody left before the last song/nobody stayed until the last song
        """,
    "play": """
        nobody left before the end/nobody stayed until the end
        i could not stop laughing/i could not stop yawning
        """,
    "museum": """
        nobody wanted to go home/nobody wanted to see more
        we did not want to leave/we did not want to stay
        """,
    "journey": """
        nobody felt ill/nobody felt well
        nothing went wrong/nothing went well
        we had nothing to complain about/we had nothing to be happy about
        """,
}

# What others do who are there, and where that is.
AUDIENCE = {
    "film": "laughed/yawned, smiled/groaned, clapped/complained",
    "restaurant": "smiled/complained, cheered/grumbled",
    "concert": "clapped/yawned, cheered/booed, danced/complained, applauded/groaned",
    "play": "laughed/yawned, clapped/booed, cheered/groaned, applauded/complained",
    "museum": "listened/yawned, smiled/complained",
    "journey": "smiled/complained, sang/grumbled, laughed/groaned",
}
WHERE = {
    "film": "in the cinema",
    "restaurant": "at our table",
    "concert": "in the crowd",
    "play": "in the audience",
    "museum": "in our group",
    "journey": "on board",
}
STAFF = "smiled/grumbled, listened/argued, helped/complained, smiled/shouted, helped/sighed"
ON_ME = "surprised/bored, amused/annoyed, moved/irritated, delighted/disappointed, impressed/tired"

# What one does for hours, or only for minutes.
DOING = {
    "film": "laughed/yawned, smiled/frowned",
    "concert": "danced/yawned, sang/complained",
    "play": "laughed/yawned, smiled/sighed",
}
BEING = "was amused/was bored, was happy/was annoyed, was delighted/was irritated"
LONG = ("two hours", "three hours", "a whole hour", "ninety minutes", "the whole evening")
SHORT = ("five minutes", "two minutes", "a minute", "ten seconds", "a moment")

# What there is plenty of, or none.
CONTENTS = {
    "film": "suspense/clichés, wit/clichés, surprises/mistakes, humour/repetition",
    "book": "suspense/clichés, wit/repetition, imagination/mistakes, surprises/clichés",
    "restaurant": "atmosphere/noise, light/smoke, charm/dust",
    "hotel": "light/noise, charm/dust, flowers/mould",
    "phone": "good ideas/bugs, useful functions/faults, style/mistakes",
    "concert": "energy/chaos, passion/mistakes, rhythm/noise",
    "play": "wit/clichés, passion/repetition, humour/mistakes",
    "museum": "light/dust, surprises/mistakes, treasures/noise",
    "journey": "fun/delays, laughter/noise, fun/chaos",
}

WEAK = ("fairly", "somewhat", "rather", "moderately")
STRONG = ("extremely", "incredibly", "very", "remarkably", "exceptionally")
VERY = ("very", "really", "so", "quite")
UTTERLY = ("absolutely", "really", "simply", "truly")
OPENERS = ("to be honest ,", "frankly ,", "honestly ,")
OPINIONS = ("in my opinion ,", "if you ask me ,", *OPENERS)  # not before *i*

"""Adjectives of the course corpus.

One line an adjective: ``english ; french ; place ; kinds``. The place is ``pre`` (before the French
noun) or ``post``. The kinds are those of the nouns it goes with, in an attribute (*the old house*)
and as a predicate (*the house is old*), where ``thing`` stands for whatever can be held, worn or
moved. A star before a kind: with a noun of this kind only as an attribute.
"""

ADJECTIVES = """
    old ; vieux ; pre ; man woman job king queen witch hunter shepherd thief neighbour lady \
        friend traveller pet horse donkey clothes furniture book newspaper photo instrument \
        jewel building vehicle tree town bridge wall device key letter song
    big ; grand ; pre ; dog horse bird cow bear fish elephant pig wolf eagle whale building room \
        furniture bag box basket suitcase bottle glass plate town tree outdoor bus lorry boat \
        ship plane party window door
    small ; petit ; pre ; cat dog bird mouse rabbit fish goat duck monkey squirrel turtle \
        hedgehog frog hamster spider building room furniture container town item vehicle mistake \
        jewel garden river lake island bridge path key knife flower door window
    new ; nouveau ; pre ; clothes furniture instrument jewel book novel song toy vehicle device \
        *teacher *friend *neighbour building *rule *plan *idea
    beautiful ; beau ; pre ; woman girl princess queen actress baby bird horse cat fish \
        butterfly eagle clothes jewel vase postcard instrument boat building outdoor blossom \
        tree picture song garden sound voice
    young ; jeune ; pre ; man woman teacher doctor king queen job girl prince princess actress \
        nurse waitress dancer dog cat horse lion tiger elephant
    good ; bon ; pre ; food bread cheese meat soup chocolate chicken jam honey salad wine coffee \
        beer tea readable film play restaurant teacher doctor idea answer advice meal cook
    red ; rouge ; post ; clothes vehicle blossom apple door pen pencil flag ball curtain \
        umbrella bag roof
    happy ; heureux ; post ; *man *woman *child person kin infant
    tired ; fatigué ; post ; person kin livestock dog horse infant
    little ; petit ; pre ; *girl *boy *dog *bird *cat *rabbit *house *box *cake *village
    pretty ; joli ; pre ; girl woman clothes jewel blossom house village garden vase doll
    black ; noir ; post ; cat dog horse clothes vehicle bag phone sheep
    white ; blanc ; post ; cat dog horse clothes rabbit house wall snow vehicle rose cup sheep
    difficult ; difficile ; post ; question problem exercise exam lesson text decision language word
    long ; long ; pre ; letter novel story trip film bridge road river rope dress poem
    light ; léger ; post ; bag suitcase box basket coat jacket shoe meal dinner lunch bicycle \
        blanket camera chair parcel
    light ; clair ; post ; room apartment eye office
    light blue ; bleu clair ; post ; dress shirt skirt scarf curtain car jacket
    light green ; vert clair ; post ; dress shirt door sweater wall
    dark blue ; bleu foncé ; post ; dress coat shirt suit car
    hard ; difficile ; post ; question problem exercise exam
    hard ; dur ; post ; bread bed chair stone bench wood
    right ; droit ; post ; *hand *foot *eye *leg *arm *ear
    left ; gauche ; post ; *hand *foot *eye *leg *arm *ear
    right ; bon ; pre ; *answer *key *word *solution
    heavy ; lourd ; post ; bag box suitcase basket furniture stone coat parcel hammer ladder \
        dictionary saucepan
    green ; vert ; post ; clothes leaf door vehicle apple meadow bottle umbrella curtain
    blue ; bleu ; post ; clothes vehicle sky sea door eye pen bird bag umbrella
    expensive ; cher ; post ; jewel clothes car motorcycle boat bicycle restaurant hotel \
        apartment ticket computer phone camera instrument furniture
    cold ; froid ; post ; drink soup meal river lake sea room wind chicken meat hand
    hot ; chaud ; post ; hotdrink soup meal oven milk pancake potato chicken
    sad ; triste ; post ; person kin story song film news dog
    angry ; furieux ; post ; person kin
    ill ; malade ; post ; person kin livestock pet infant monkey elephant
    clever ; intelligent ; post ; person kin dog monkey fox
    interesting ; intéressant ; post ; readable film play idea museum lesson subject programme \
        exhibition question
    easy ; facile ; post ; question problem exercise exam lesson rule recipe
    bad ; mauvais ; pre ; idea news film *student *player *cook wine road habit advice
    dirty ; sale ; post ; clothes kitchen floor plate glass window hand car dog pig street bathroom
    clean ; propre ; post ; clothes kitchen floor plate glass bathroom hand towel bedroom
    quiet ; calme ; post ; street park village room child neighbourhood library sea
    noisy ; bruyant ; post ; street child machine neighbour classroom restaurant engine
    rich ; riche ; post ; man woman king farmer lawyer uncle neighbour prince actor lady
    poor ; pauvre ; post ; fisherman farmer inhabitant shepherd painter neighbourhood poet musician
    strong ; fort ; post ; man woman wind horse soldier coffee giant sailor
    famous ; célèbre ; post ; singer writer painter actor actress museum castle picture poet \
        song cathedral
    dangerous ; dangereux ; post ; wolf bear lion tiger snake elephant whale thief witch road \
        trip bridge game mountain path axe
    important ; important ; post ; letter decision meeting question message exam news rule
    wonderful ; merveilleux ; post ; trip film gift idea song story dream garden
    fresh ; frais ; post ; fruit vegetable bread fish milk egg butter
    delicious ; délicieux ; post ; food bread cheese meat soup chocolate chicken jam honey ham \
        salad meal lunch dinner
    empty ; vide ; post ; container street house fridge room theatre
    full ; plein ; post ; glass bag bottle bus basket train
    open ; ouvert ; post ; opened shop museum
    closed ; fermé ; post ; opened shop museum bank
    kind ; gentil ; post ; person kin witch
    brave ; courageux ; post ; person kin dog
    lazy ; paresseux ; post ; student cat pupil brother cook son
    short ; court ; post ; story film skirt text poem path hair message letter dress trip meeting
    tall ; grand ; post ; man
    tall ; grand ; pre ; woman boy girl player brother sister
    tall ; grand ; pre ; tall tower giraffe cathedral
    high ; haut ; pre ; tower mountain wall hill
    narrow ; étroit ; post ; street path bridge valley bed road
    wide ; large ; post ; street road river
    warm ; chaud ; post ; clothes bread bedroom blanket milk
    dry ; sec ; post ; wood towel grass leaf bread
    round ; rond ; post ; table mirror stone face box window
    broken ; cassé ; post ; fragile toy chair machine umbrella device
    yellow ; jaune ; post ; blossom clothes leaf butterfly lemon bus
    grey ; gris ; post ; cat sky wall coat mouse donkey stone suit
    brown ; marron ; post ; shoe bag coat eye dog horse armchair
    pink ; rose ; post ; dress tulip curtain scarf
    modern ; moderne ; post ; hospital museum kitchen building furniture machine
    ancient ; ancien ; post ; castle church town coin tower bridge statue
    soft ; doux ; post ; blanket voice pillow carpet towel
    sweet ; sucré ; post ; fruit cake tea juice
    sweet ; doux ; post ; wine
    ripe ; mûr ; post ; fruit tomato
    simple ; simple ; post ; rule question answer meal exercise plan
    free ; gratuit ; post ; ticket museum newspaper concert exhibition
    polite ; poli ; post ; child waiter pupil customer waitress policeman
    curious ; curieux ; post ; child cat journalist monkey neighbour tourist goat
    serious ; sérieux ; post ; student judge problem pupil doctor
    nervous ; nerveux ; post ; actor student pilot horse singer guest
    worried ; inquiet ; post ; kin doctor farmer nurse customer king
    jealous ; jaloux ; post ; kin queen cat princess actor prince
    proud ; fier ; post ; king kin soldier lion pupil mayor
    patient ; patient ; post ; teacher doctor kin nurse fisherman waiter
    shy ; timide ; post ; girl boy student child rabbit squirrel dancer
    funny ; drôle ; post ; story clown film uncle monkey play drawing programme
    boring ; ennuyeux ; post ; film meeting novel lesson programme trip
    strange ; étrange ; post ; dream noise story idea animal word light machine
    useful ; utile ; post ; tool dictionary advice rule machine map
    useless ; inutile ; post ; machine advice meeting question
    honest ; honnête ; post ; lawyer man woman policeman mayor judge
    elegant ; élégant ; post ; lady dress suit hat actress woman
    wild ; sauvage ; post ; goose duck horse cat island rose
    deep ; profond ; post ; lake river forest sea valley
    sharp ; pointu ; post ; needle pencil tooth
    straight ; droit ; post ; road path line
    thin ; mince ; post ; girl book cat blanket wall
    fat ; gros ; pre ; cat pig goose hen
    thick ; épais ; post ; book wall blanket soup carpet rope fog
    lost ; perdu ; post ; key dog child tourist sheep glove traveller
    hidden ; caché ; post ; treasure key path door
    wet ; mouillé ; post ; clothes dog grass towel cat
    favourite ; préféré ; post ; *song *book *film *game *toy *meal *teacher *subject *singer
    next ; prochain ; pre ; *train *bus *meeting *lesson *exam *trip
    last ; dernier ; pre ; *train *bus *page *question *lesson *word
    first ; premier ; pre ; *train *page *lesson *novel *question *word *victory
    other ; autre ; pre ; *thing *child *street *question *student *animal
    French ; français ; post ; person writer restaurant film wine cheese song town newspaper car \
        actor
    English ; anglais ; post ; person writer film garden newspaper song dictionary actor tea
    Italian ; italien ; post ; person restaurant town film painter wine car shoe song
    Spanish ; espagnol ; post ; person singer dance town wine painter guitar
    German ; allemand ; post ; person car beer engineer town film poet
    American ; américain ; post ; person film actor tourist car singer
    Japanese ; japonais ; post ; person garden film restaurant car tourist camera tea
    violent ; violent ; post ; storm wind match film
    magnificent ; magnifique ; post ; castle garden picture horse dress beach crown mountain
    excellent ; excellent ; post ; meal idea restaurant wine teacher student film
    perfect ; parfait ; post ; gift answer plan idea
    popular ; populaire ; post ; singer song mayor game programme teacher
    loyal ; fidèle ; post ; dog friend soldier
    slow ; lent ; post ; train turtle bus computer song lift waiter
    fast ; rapide ; post ; horse car train player plane boat
    comfortable ; confortable ; post ; seat bed rest shoe hotel apartment house car
    peaceful ; paisible ; post ; village valley garden lake
    busy ; occupé ; post ; doctor kin lawyer waiter nurse mayor
    ready ; prêt ; post ; meal lunch dinner kin soldier
    careful ; prudent ; post ; driver pilot hunter doctor
    mysterious ; mystérieux ; post ; forest letter island guest castle message
    enormous ; énorme ; post ; cake elephant whale stone tree mistake spider
    tiny ; minuscule ; post ; mouse spider house apartment garden island
"""

"""Verbs of the course corpus, with what they ask of their subject and object.

One line a frame: ``english ; french ; subject kinds ; object ; flags``. A verb may have several
frames: its translation then depends on its object (*leave* + place is *quitter*, + thing is
*laisser*, alone it is *partir*). The object is ``-`` (none), kinds, or ``à: kinds`` and
``de: kinds`` where French needs a preposition. An English preposition belongs to the verb
(*look at*).

Flags: ``state`` (no progressive; the past is an imperfect), ``np`` (no progressive, a moment),
``gen`` (the object may be meant in general: *likes bread*), ``home out public seat waters`` (where
it happens), ``dwell goal`` (needs a place), ``the`` (definite or possessive object), ``a``
(indefinite object), ``own`` (the object is the subject's own), ``single`` (one object for each
subject), ``plain`` (object without adjectives), ``pl`` (plural subject or object), ``nope`` (never
a command), ``freq`` and ``rare`` (drawn more and less often). ``m``, ``imp`` and ``now`` are notes
to the reader: manner adverbs, commands and the progressive suit it well.
"""

VERBS = """
    eat ; manger ; person animal kin ; - ; m home public out freq
    eat ; manger ; person kin ; food foodstuff ; freq home public
    eat ; manger ; rabbit horse donkey goat sheep ; carrot apple grass leaf ; rare
    eat ; manger ; predator ; prey ; rare
    drink ; boire ; person kin ; drink ; freq m public home
    drink ; boire ; cat hedgehog dog infant ; milk water ; rare
    sleep ; dormir ; person kin animal infant ; - ; freq home seat out
    read ; lire ; person kin ; readable ; freq home out public m
    write ; écrire ; person kin ; written ; freq
    work ; travailler ; person kin ; - ; freq m public home
    work ; fonctionner ; device oven engine lift radio computer phone ; - ; rare
    play ; jouer ; child boy girl kin cat dog monkey ; - ; freq home out
    play ; jouer ; person kin ; à: game ; gen
    play ; jouer ; person kin ; de: instrument ; gen the
    sing ; chanter ; person kin singing ; - ; m home out
    sing ; chanter ; person kin ; song ; m
    dance ; danser ; person kin ; - ; m home out
    walk ; marcher ; person kin animal ; - ; m
    run ; courir ; person kin runner ; - ; m out
    swim ; nager ; person kin swimmer ; - ; m waters
    fly away ; s'envoler ; flyer ; - ; np
    see ; voir ; person kin ; person kin animal building vehicle statue star film mountain sea ; \
        np freq
    watch ; regarder ; person kin ; film match animal play programme race concert television ; freq
    look at ; regarder ; person kin ; picture photo thing person moon star sky map ; m
    listen to ; écouter ; person kin ; sound radio person kin advice story ;
    hear ; entendre ; person kin ; sound noise person animal storm wind ; np
    look for ; chercher ; person kin ; key thing pet answer hotel money solution ; freq
    find ; trouver ; person kin ; thing key answer money treasure solution pet ; np freq
    lose ; perdre ; person kin ; key glove umbrella ring money match bag ; the rare np
    buy ; acheter ; person kin ; food foodstuff clothes vehicle readable drink furniture jewel \
        instrument ticket house flower ; freq
    sell ; vendre ; person kin ; food vehicle clothes house furniture foodstuff flower ;
    take ; prendre ; person kin ; boarded key umbrella bag photo book ; freq
    want ; vouloir ; person kin ; food drink pet foodstuff clothes readable ; state rare a
    like ; aimer ; person kin ; food foodstuff drink song music film animal game flower town \
        book ; state gen freq
    love ; adorer ; person kin ; foodstuff music animal game garden song ; state gen
    hate ; détester ; person kin ; foodstuff noise game spider exam homework war snow ; state gen
    prefer ; préférer ; person kin ; foodstuff drink game animal ; state gen rare
    have ; avoir ; person kin ; pet car bicycle boat motorcycle clothes house idea book \
        instrument device bicycle key brother sister ; state a freq
    know ; connaître ; person kin ; person town kin song museum restaurant castle village ; \
        state the freq
    know ; savoir ; person kin ; truth ; state the freq
    understand ; comprendre ; person kin ; question lesson language rule problem word text ; state m
    need ; avoir besoin ; person kin ; de: thing vehicle help money advice water pet blanket ; state
    remember ; se souvenir ; person kin ; de: name trip story person film wedding holiday ; \
        state the
    forget ; oublier ; person kin ; key umbrella name lesson word birthday bag ticket ; the np
    think about ; penser ; person kin ; à: problem trip kin holiday answer future work ; the
    dream of ; rêver ; person kin ; de: trip holiday horse house victory island ;
    live ; habiter ; person kin ; - ; state freq dwell
    leave ; quitter ; person kin ; room building town office party ; the
    leave ; partir ; person kin vehicle timed ; - ; freq np
    arrive ; arriver ; person kin timed ; - ; freq np
    come ; venir ; person kin ; - ; np
    come back ; revenir ; person kin dog ; - ; np
    go out ; sortir ; person kin cat ; - ;
    fall ; tomber ; person kin fragile leaf ; - ; np
    stay ; rester ; person kin dog ; - ; home public
    enter ; entrer ; person kin cat ; dans: room building ; np the
    return ; retourner ; person kin ; - ; rare np goal
    open ; ouvrir ; person kin ; opened ; imp freq m
    close ; fermer ; person kin ; opened openable ; imp freq m
    clean ; nettoyer ; person kin ; room clothes oven car window house table bicycle ; imp
    wash ; laver ; person kin ; clothes car plate window dog cup fruit ; imp
    cook ; cuisiner ; person kin ; - ; m home
    cook ; cuisiner ; person kin cook ; cooked ;
    prepare ; préparer ; person kin ; meal meeting exam trip party soup cake ;
    cut ; couper ; person kin ; bread meat rope cake grass tree wood ;
    light ; allumer ; person kin ; candle fire lamp ; imp
    turn off ; éteindre ; person kin ; switched radio ; imp
    turn on ; allumer ; person kin ; switched ; imp
    water ; arroser ; person kin gardener ; flower plant garden tree rose ; imp now
    plant ; planter ; person kin gardener farmer ; planted ; now
    pick ; cueillir ; person kin ; picked fruit mushroom ; now
    build ; construire ; man woman king farmer engineer uncle father brother ; built house boat \
        wall bridge ;
    repair ; réparer ; man woman kin mechanic engineer neighbour ; bicycle car device chair roof \
        toy clock watch engine tractor ;
    break ; casser ; child kin cat ; fragile toy window ; np rare
    paint ; peindre ; person kin painter ; wall door house boat flower chair ; now
    draw ; dessiner ; child person kin ; animal flower house tree map plan ; now
    carry ; porter ; person kin ; carried chair ladder child ; now
    wear ; porter ; person kin ; clothes jewel spectacles ; a now single
    bring ; apporter ; person kin waiter ; food drink gift bottle flower chair glass foodstuff ;
    send ; envoyer ; person kin ; sent gift money ;
    receive ; recevoir ; person kin ; sent gift news money ; np
    choose ; choisir ; person kin ; clothes menu book film hotel gift jewel cake furniture ;
    visit ; visiter ; tourist person kin ; museum castle town cathedral island sight ;
    help ; aider ; person kin ; person kin ; m
    meet ; rencontrer ; person kin ; person friend neighbour ; np
    wait for ; attendre ; person kin ; boarded person kin letter answer ; freq
    call ; appeler ; person kin ; taxi doctor policeman dog child waiter ; np
    phone ; téléphoner ; person kin ; à: kin friend doctor lawyer neighbour ;
    answer ; répondre ; person kin ; à: question letter person message kin ; m
    ask ; poser ; student pupil child journalist ; question ; a
    question ; interroger ; policeman judge journalist teacher ; person thief prisoner ;
    talk to ; parler ; person kin ; à: person kin dog ;
    obey ; obéir ; child pupil soldier dog ; à: kin teacher king rule ;
    thank ; remercier ; person kin ; person kin ;
    invite ; inviter ; person kin ; person kin friend neighbour ;
    teach ; enseigner ; teacher ; language dance music ; gen rare
    learn ; apprendre ; person kin ; learned language ;
    study ; étudier ; student pupil ; language text lesson ;
    explain ; expliquer ; teacher person kin ; explained ; m
    speak ; parler ; person kin ; - ; m
    cry ; pleurer ; child baby kin ; - ; home
    laugh ; rire ; person kin ; - ;
    smile ; sourire ; person kin infant ; - ;
    shout ; crier ; person child neighbour ; - ; out
    travel ; voyager ; person kin ; - ;
    wake up ; se réveiller ; person kin ; - ; np
    get up ; se lever ; person kin ; - ; np
    go to bed ; se coucher ; person kin ; - ; np
    get dressed ; s'habiller ; person kin ; - ; m
    rest ; se reposer ; person kin animal ; - ; home out seat
    stop ; s'arrêter ; person vehicle timed ; - ; np
    hide ; se cacher ; child animal thief ; - ; home out
    fall asleep ; s'endormir ; person kin pet infant ; - ; np
    have fun ; s'amuser ; child person kin ; - ; out home
    get bored ; s'ennuyer ; person kin ; - ;
    sit down ; s'asseoir ; person kin ; - ; np seat
    hurry ; se dépêcher ; person kin ; - ;
    get lost ; se perdre ; tourist child person traveller ; - ; np wild
    hide ; cacher ; person kin ; key gift treasure money letter ball ;
    catch ; attraper ; fisherman cat child ; fish mouse ball butterfly ;
    chase ; poursuivre ; dog cat policeman ; cat mouse thief rabbit ; now
    bite ; mordre ; dog snake ; postman thief child hand ; np rare
    bark ; aboyer ; dog ; - ; out
    feed ; nourrir ; person kin farmer child ; pet livestock bird squirrel ;
    drive ; conduire ; person kin driver ; driven ; m
    follow ; suivre ; person dog kin policeman ; person path kin road ;
    cross ; traverser ; person kin animal vehicle ; street bridge river forest square ;
    climb ; escalader ; person kin goat ; climbed wall ;
    count ; compter ; child kin farmer ; sheep coin star cow ; now
    pay for ; payer ; person kin ; meal ticket drink book clothes ;
    pay ; payer ; customer person kin ; - ; np
    borrow ; emprunter ; person kin ; book bicycle car umbrella dictionary money ;
    steal ; voler ; thief fox monkey ; jewel money hen vehicle bag picture ; rare
    put on ; mettre ; person kin ; clothes spectacles hat ; own
    take off ; enlever ; person kin ; coat shoe hat jacket glove boot ; own
    throw ; lancer ; child boy girl kin ; ball stone ; m
    win ; gagner ; player person kin ; match game race ; np
    finish ; finir ; person kin ; work book homework meal letter exercise ;
    begin ; commencer ; person kin ; work homework novel exercise ;
    begin ; commencer ; occasion show ; - ; rare np
    end ; finir ; occasion film ; - ; rare np
    do ; faire ; pupil student child brother sister ; homework exercise ;
    make ; faire ; cook kin baker ; cake mistake coffee bread tart omelette soup ;
    translate ; traduire ; student teacher person ; text letter poem novel sentence ;
    correct ; corriger ; teacher ; homework mistake exercise exam text ;
    believe ; croire ; person kin ; story person kin ; state
    admire ; admirer ; tourist person kin ; picture statue castle singer garden actress writer \
        cathedral ; state
    keep ; garder ; person kin ; secret gift letter money photo ring ; rare
    respect ; respecter ; pupil child soldier ; rule teacher kin ; state rare
    protect ; protéger ; soldier dog king policeman ; kin child town house village ;
    accept ; accepter ; person kin ; gift invitation advice plan idea ; np
    refuse ; refuser ; person kin ; gift help plan ; np
    describe ; décrire ; writer student kin journalist ; house town dream trip person ;
    bloom ; fleurir ; blossom ; - ; np rare
    grow ; pousser ; flower grass tree plant ; - ; m rare
    shine ; briller ; sun moon star ; - ; np rare
    rise ; se lever ; sun moon wind ; - ; np rare
    ring ; sonner ; phone bell ; - ; rare
    burn ; brûler ; fire candle wood ; - ; rare
    melt ; fondre ; snow ; - ; rare
    push ; pousser ; person kin child ; door chair table bicycle car ;
    pull ; tirer ; horse donkey child person ; rope ;
    touch ; toucher ; child person kin ; picture statue wall animal ; np nope
    hold ; tenir ; child person kin ; hand rope candle flag baby ; now the
    cover ; couvrir ; snow ; roof street field car ; rare
    discover ; découvrir ; person kin scientist ; island secret treasure truth ; np
    recognise ; reconnaître ; person kin dog ; voice face person kin song ; np
    count on ; compter ; person kin ; sur: person kin ;
    lie ; mentir ; child thief person ; - ;
    fight ; se battre ; boy soldier dog cat brother ; - ; pl
    miss ; rater ; person kin ; train bus plane exam ; np the
    greet ; saluer ; person kin ; person kin ;
    hug ; embrasser ; kin ; kin ; rare
    photograph ; photographier ; tourist journalist person ; castle bird person statue sea ; now
    book ; réserver ; person kin tourist ; ticket table ; np a plain
    arrest ; arrêter ; policeman ; thief ; np
    examine ; examiner ; doctor dentist ; person tooth child eye ;
    save ; sauver ; hero soldier doctor dog ; person child princess prisoner ; np
    sweep ; balayer ; person kin ; kitchen yard floor room ; now imp
    iron ; repasser ; person kin ; shirt dress skirt trousers ; now
    empty ; vider ; person kin thief ; bag bottle drawer box bucket ; imp
    fill ; remplir ; person kin waiter ; glass bottle bucket basket cup ; imp
    taste ; goûter ; cook person kin ; soup cheese wine honey chocolate cake ; imp
    smell ; sentir ; dog cat person ; flower meat rose cheese ; np
    share ; partager ; child kin person ; cake meal chocolate room ;
    celebrate ; fêter ; person kin ; birthday victory wedding ; the
    organise ; organiser ; person kin mayor teacher ; party trip concert meeting exhibition race ;
    decorate ; décorer ; person kin child ; room cake house table ;
    congratulate ; féliciter ; person kin teacher ; player kin student singer pupil ;
    cure ; guérir ; doctor ; person child ; rare
    punish ; punir ; judge king teacher ; thief pupil ; rare
    defend ; défendre ; lawyer soldier ; thief town castle prisoner ; rare
    collect ; collectionner ; person kin child ; stamp coin stone doll ; pl state
    cough ; tousser ; baby child kin ; - ;
    jump ; sauter ; child frog horse cat kin ; - ; out
    hunt ; chasser ; wolf lion owl cat eagle ; prey ; rare
    ski ; skier ; person kin ; - ; m rare
    use ; utiliser ; person kin ; computer phone knife dictionary map hammer ladder camera \
        bicycle machine ; freq
    correct ; corriger ; pupil student ; mistake exercise ; rare
    whistle ; siffler ; person kin ; - ; out rare
    snore ; ronfler ; man father grandfather uncle dog husband ; - ; seat rare
    sneeze ; éternuer ; child kin cat ; - ; np rare
    tremble ; trembler ; child kin dog ; - ; rare
    pray ; prier ; woman man kin king shepherd ; - ; rare
    fish ; pêcher ; fisherman kin child ; - ; waters
    argue ; se disputer ; brother sister neighbour child ; - ; pl home
    hesitate ; hésiter ; person kin ; - ; np
    succeed ; réussir ; student pupil person ; - ; np rare
    search ; fouiller ; policeman thief ; house car bag drawer room ;
    attack ; attaquer ; wolf lion soldier tiger bear ; sheep castle town goat hunter ; np rare
    paint ; peindre ; painter ; picture person sea ; rare
    cut ; couper ; gardener kin ; grass tree rose ; rare
    deliver ; livrer ; postman baker driver ; parcel letter bread newspaper ; rare
    tidy ; ranger ; person kin child ; bedroom desk kitchen wardrobe drawer cellar attic garage \
        ; imp
    add ; ajouter ; cook kin ; salt sugar butter water garlic oil ; rare
    mix ; mélanger ; cook kin baker ; butter flour sugar ; rare
    peel ; éplucher ; cook kin child ; potato carrot apple orange onion ; rare
    serve ; servir ; waiter waitress cook kin ; soup coffee meal wine tea fish ;
    try ; essayer ; person kin ; clothes shoe hat dress ; np
    check ; vérifier ; engineer teacher kin mechanic ; answer engine price ticket ;
    sign ; signer ; lawyer mayor kin person ; letter ;
    print ; imprimer ; student kin person ; text photo ticket letter ;
    copy ; copier ; pupil student ; text sentence word poem ;
    repeat ; répéter ; pupil student child ; word sentence question ;
    forgive ; pardonner ; person kin ; à: kin friend brother sister child ; np
    resemble ; ressembler ; child kin ; à: kin king actor ; state
    belong to ; appartenir ; vehicle house thing ; à: kin king neighbour teacher farmer doctor ; \
        state the rare
    smell ; sentir ; person dog kin ; flower rose meat cheese ; np rare
    approach ; s'approcher ; person animal ; de: house river bridge castle fire ; the
    take care of ; s'occuper ; person kin nurse ; de: baby garden child grandmother rabbit ; the
    apologise ; s'excuser ; person kin ; - ; np
"""

# What one says of a habit in the simple present, in a question or under a negation as well.
HABITUAL = set(
    """
    eat drink sleep read work play sing dance walk run swim cook travel write speak laugh cry wear
    help study learn teach obey respect bark watch drive smile shout buy sell clean use fish snore
    whistle pray argue grow bloom shine
""".split()
) | {
    "listen to",
    "talk to",
    "wake up",
    "get up",
    "go to bed",
    "play",
    "phone",
    "take care of",
    "dream of",
    "think about",
    "count on",
}
# What children do not do.
ADULT = set(
    """
    drive work sell build book pay arrest organise teach cure iron sign paint borrow smell admire
    travel examine hunt defend punish respect
""".split()
) | {"pay for", "take care of"}
# The adverbs of manner that suit a verb.
MANNERS = {
    "eat": "slowly quickly quietly",
    "drink": "slowly quickly",
    "read": "slowly quietly well",
    "work": "well slowly quietly hard",
    "sing": "well badly happily",
    "write": "well slowly",
    "dance": "well badly happily slowly",
    "walk": "slowly quickly quietly",
    "run": "quickly slowly fast",
    "swim": "well slowly quickly fast",
    "cook": "well badly",
    "speak": "slowly quickly well",
    "drive": "carefully quickly slowly badly",
    "ski": "well badly carefully",
    "grow": "slowly quickly",
    "get dressed": "quickly slowly",
    "understand": "well",
    "sleep": "well badly",
    "travel": "slowly",
    "wait": "patiently",
    "listen to": "patiently",
    "play": "quietly happily",
}

# French verbs that take être without being reflexive (when they have no direct object).
WITH_ETRE = {
    "aller",
    "venir",
    "revenir",
    "partir",
    "sortir",
    "arriver",
    "entrer",
    "rester",
    "tomber",
    "retourner",
    "devenir",
    "mourir",
    "monter",
    "descendre",
    "rentrer",
}

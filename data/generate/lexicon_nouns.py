"""Nouns of the course corpus, by meaning.

One line a noun: ``english[/plural] ; french[/plural] ; gender ; flags``. The order inside a block
is the order of frequency: the first are drawn most often. The name of the block is the noun's
first *kind*; verbs and adjectives say which kinds they go with.

Flags: ``+kind`` adds a kind. ``mass`` has no plural and no *a*. ``frpl`` is singular in English and
plural in French (*furniture, meubles*), ``enpl`` the other way round (*trousers, pantalon*), ``pl``
plural in both. ``on`` and ``at`` say which preposition of place the noun takes (*on the beach, sur
la plage; at the market, au marché*); without one it is *in, dans*. ``goal`` can be gone to;
``onat`` is *on, à*; ``sing`` is never in the plural.
"""

NOUNS = {
    "person": """
        man ; homme ; m
        woman ; femme ; f
        child ; enfant ; m ; +young
        boy ; garçon ; m ; +young
        girl ; fille ; f ; +young
        teacher ; professeur ; m ; +job
        doctor ; médecin ; m ; +job
        student ; étudiant ; m ; +job
        neighbour ; voisin ; m ; +owned
        friend ; ami ; m ; +owned
        colleague ; collègue ; m ; +owned
        farmer ; fermier ; m ; +job
        cook ; cuisinier ; m ; +job
        king ; roi ; m
        queen ; reine ; f
        baker ; boulanger ; m ; +job
        soldier ; soldat ; m ; +job
        nurse ; infirmière ; f
        singer ; chanteur ; m ; +job
        writer ; écrivain ; m ; +job
        painter ; peintre ; m ; +job
        gardener ; jardinier ; m ; +job
        engineer ; ingénieur ; m ; +job
        actor ; acteur ; m ; +job
        actress ; actrice ; f
        hero ; héros ; m
        driver ; chauffeur ; m ; +job
        lawyer ; avocat ; m ; +job
        waiter ; serveur ; m ; +job
        waitress ; serveuse ; f
        policeman ; policier ; m ; +job
        sailor ; marin ; m ; +job
        thief ; voleur ; m
        judge ; juge ; m ; +job
        prince ; prince ; m
        princess ; princesse ; f
        tourist ; touriste ; m
        journalist ; journaliste ; m ; +job
        artist ; artiste ; m ; +job
        poet ; poète ; m ; +job
        pilot ; pilote ; m ; +job
        musician ; musicien ; m ; +job
        dancer ; danseuse ; f
        hunter ; chasseur ; m
        butcher ; boucher ; m ; +job
        postman ; facteur ; m ; +job
        dentist ; dentiste ; m ; +job
        mechanic ; mécanicien ; m ; +job
        guest ; invité ; m
        customer ; client ; m
        player ; joueur ; m
        mayor ; maire ; m
        witch ; sorcière ; f
        pupil ; élève ; m ; +young
        lady ; dame ; f
        shepherd ; berger ; m
        fisherman ; pêcheur ; m ; +job
        prisoner ; prisonnier ; m
        scientist ; chercheur ; m ; +job
        giant ; géant ; m
        clown ; clown ; m
        traveller ; voyageur ; m
        inhabitant ; habitant ; m
    """,
    "infant": """
        baby ; bébé ; m
    """,
    "kin": """
        mother ; mère ; f ; sing
        father ; père ; m ; sing
        brother ; frère ; m
        sister ; sœur ; f
        son ; fils ; m
        daughter ; fille ; f
        uncle ; oncle ; m
        aunt ; tante ; f
        grandmother ; grand-mère ; f ; sing
        grandfather ; grand-père ; m ; sing
        wife ; femme ; f ; sing
        husband ; mari ; m ; sing
        nephew ; neveu ; m
        niece ; nièce ; f
    """,
    "animal": """
        dog ; chien ; m ; +pet +predator +runner +barker
        cat ; chat ; m ; +pet +predator
        horse ; cheval ; m ; +ridden +runner +livestock
        bird ; oiseau ; m ; +wild +flyer +singing
        cow ; vache ; f ; +livestock
        sheep ; mouton ; m ; +livestock
        mouse ; souris ; f ; +wild +prey
        rabbit ; lapin ; m ; +pet +runner +prey
        wolf ; loup ; m ; +predator +runner +wild
        bear ; ours ; m ; +wild
        fish ; poisson ; m ; +swimmer +seaanimal
        lion ; lion ; m ; +predator +wild
        elephant ; éléphant ; m ; +wild
        hen ; poule ; f ; +livestock +prey
        fox ; renard ; m ; +predator +wild
        goat ; chèvre ; f ; +livestock
        pig ; cochon ; m ; +livestock
        duck ; canard ; m ; +flyer +swimmer +livestock
        monkey ; singe ; m ; +wild
        tiger ; tigre ; m ; +predator +wild
        donkey ; âne ; m ; +livestock +ridden
        squirrel ; écureuil ; m ; +wild
        owl ; hibou ; m ; +flyer +wild
        eagle ; aigle ; m ; +flyer +wild
        bee ; abeille ; f ; +wild +flyer
        snake ; serpent ; m ; +wild
        turtle ; tortue ; f ; +pet
        hedgehog ; hérisson ; m ; +wild
        frog ; grenouille ; f ; +swimmer +wild
        goose ; oie ; f ; +livestock +flyer
        whale ; baleine ; f ; +swimmer +wild +seaanimal
        giraffe ; girafe ; f ; +wild
        butterfly ; papillon ; m ; +wild +flyer
        hamster ; hamster ; m ; +pet
        spider ; araignée ; f ; +wild
        swallow ; hirondelle ; f ; +wild +flyer
    """,
    "food": """
        apple ; pomme ; f ; +fruit
        egg ; œuf ; m
        cake ; gâteau ; m ; +cooked
        tomato ; tomate ; f ; +vegetable
        orange ; orange ; f ; +fruit
        potato ; pomme de terre ; f ; +vegetable +cooked
        carrot ; carotte ; f ; +vegetable
        sandwich ; sandwich ; m
        pear ; poire ; f ; +fruit
        biscuit ; biscuit ; m
        banana ; banane ; f ; +fruit
        strawberry ; fraise ; f ; +fruit
        cherry ; cerise ; f ; +fruit
        pancake ; crêpe ; f ; +cooked
        onion ; oignon ; m ; +vegetable
        lemon ; citron ; m ; +fruit
        mushroom ; champignon ; m ; +vegetable +cooked
        tart ; tarte ; f ; +cooked
        bean ; haricot ; m ; +vegetable +cooked
        peach ; pêche ; f ; +fruit
        lobster ; homard ; m ; +cooked
        omelette ; omelette ; f ; +cooked
    """,
    "foodstuff": """
        bread ; pain ; m ; mass
        cheese ; fromage ; m ; mass
        meat ; viande ; f ; mass +cooked
        soup ; soupe ; f ; mass
        rice ; riz ; m ; mass +cooked
        chocolate ; chocolat ; m ; mass
        salad ; salade ; f ; mass
        fish ; poisson ; m ; mass +cooked +fishmeat
        butter ; beurre ; m ; mass
        chicken ; poulet ; m ; mass +cooked
        jam ; confiture ; f ; mass
        honey ; miel ; m ; mass
        sugar ; sucre ; m ; mass
        ham ; jambon ; m ; mass
        ice cream ; glace ; f ; mass
        pasta ; pâte/pâtes ; f ; frpl +cooked
        garlic ; ail ; m ; mass
        salt ; sel ; m ; mass
        oil ; huile ; f ; mass
        flour ; farine ; f ; mass
    """,
    "drink": """
        water ; eau ; f ; mass
        milk ; lait ; m ; mass
        coffee ; café ; m ; mass +hotdrink
        tea ; thé ; m ; mass +hotdrink
        wine ; vin ; m ; mass
        beer ; bière ; f ; mass
        juice ; jus ; m ; mass
        lemonade ; limonade ; f ; mass
        cider ; cidre ; m ; mass
        drink ; boisson ; f ; +countable
    """,
    "readable": """
        book ; livre ; m ; +written +thing
        letter ; lettre ; f ; +written +sent +thing
        newspaper ; journal ; m ; +thing
        novel ; roman ; m ; +written +thing
        poem ; poème ; m ; +written +learned
        story ; histoire ; f ; +told +written
        message ; message ; m ; +written +sent
        magazine ; revue ; f ; +thing
        text ; texte ; m ; +written +learned
        page ; page ; f ; +written
        postcard ; carte postale ; f ; +written +sent +thing
        dictionary ; dictionnaire ; m ; +thing
        menu ; menu ; m
        tale ; conte ; m ; +told +written
        diary ; journal intime ; m ; +thing
    """,
    "show": """
        film ; film ; m
        play ; pièce ; f
        match ; match ; m
        concert ; concert ; m ; +occasion
        race ; course ; f ; +occasion
        programme ; émission ; f
        photo ; photo ; f ; +thing +picture
        picture ; tableau ; m ; +thing +picture
        drawing ; dessin ; m ; +thing +picture
        exhibition ; exposition ; f ; +occasion
    """,
    "sound": """
        song ; chanson ; f ; +learned
        music ; musique ; f ; mass
        noise ; bruit ; m
        voice ; voix ; f
        melody ; mélodie ; f ; +learned
        bell ; cloche ; f
    """,
    "instrument": """
        piano ; piano ; m ; +thing
        guitar ; guitare ; f ; +thing
        violin ; violon ; m ; +thing
        flute ; flûte ; f ; +thing
        trumpet ; trompette ; f ; +thing
        accordion ; accordéon ; m ; +thing
        harp ; harpe ; f ; +thing
        drum ; tambour ; m ; +thing
    """,
    "game": """
        football ; football ; m ; mass
        tennis ; tennis ; m ; mass
        chess ; échec/échecs ; m ; frpl
        cards ; carte/cartes ; f ; pl
        basketball ; basket ; m ; mass
        dominoes ; domino/dominos ; m ; pl
        rugby ; rugby ; m ; mass
        marbles ; bille/billes ; f ; pl
    """,
    "clothes": """
        shirt ; chemise ; f ; +thing
        coat ; manteau ; m ; +thing
        dress ; robe ; f ; +thing
        hat ; chapeau ; m ; +thing
        shoe ; chaussure ; f ; +thing +pair
        jacket ; veste ; f ; +thing
        skirt ; jupe ; f ; +thing
        scarf ; écharpe ; f ; +thing
        trousers ; pantalon ; m ; enpl +thing
        glove ; gant ; m ; +thing +pair
        sock ; chaussette ; f ; +thing +pair
        boot ; botte ; f ; +thing +pair
        sweater ; pull ; m ; +thing
        tie ; cravate ; f ; +thing
        uniform ; uniforme ; m ; +thing
        cap ; casquette ; f ; +thing
        belt ; ceinture ; f ; +thing
        suit ; costume ; m ; +thing
    """,
    "spectacles": """
        glasses ; lunette/lunettes ; f ; pl
    """,
    "jewel": """
        ring ; bague ; f ; +thing
        watch ; montre ; f ; +thing +device
        necklace ; collier ; m ; +thing
        jewel ; bijou ; m ; +thing
        crown ; couronne ; f ; +thing
    """,
    "vehicle": """
        car ; voiture ; f ; +driven +garaged
        train ; train ; m ; +boarded +timed
        bus ; bus ; m ; +boarded +driven +timed
        bicycle ; vélo ; m ; +garaged
        boat ; bateau ; m
        plane ; avion ; m ; +boarded +timed
        taxi ; taxi ; m ; +boarded +driven
        lorry ; camion ; m ; +driven
        motorcycle ; moto ; f ; +garaged
        ship ; navire ; m
        underground ; métro ; m ; mass +boarded
        tractor ; tracteur ; m ; +driven
        van ; camionnette ; f ; +driven
    """,
    "building": """
        house ; maison ; f ; +home +built
        school ; école ; f ; goal at +institution +built
        church ; église ; f ; goal +built +sight
        hospital ; hôpital ; m ; goal at +institution +built
        shop ; magasin ; m ; goal +workplace
        restaurant ; restaurant ; m ; goal at +workplace
        hotel ; hôtel ; m ; goal at +workplace +built +booked
        museum ; musée ; m ; goal at +workplace +sight
        library ; bibliothèque ; f ; goal at +workplace +quietplace
        castle ; château ; m ; goal +home +built +sight
        station ; gare ; f ; goal at +built
        theatre ; théâtre ; m ; goal at +workplace +built
        bank ; banque ; f ; goal at +workplace
        factory ; usine ; f ; goal at +workplace +built
        office ; bureau ; m ; goal at +workplace
        farm ; ferme ; f ; goal onat +home +workplace
        market ; marché ; m ; goal at
        bakery ; boulangerie ; f ; goal at +workplace
        cinema ; cinéma ; m ; goal at
        university ; université ; f ; goal at +institution
        post office ; poste ; f ; goal at
        airport ; aéroport ; m ; goal at
        apartment ; appartement ; m ; +home
        cathedral ; cathédrale ; f ; +sight +built
        tower ; tour ; f ; +sight +built
        hut ; hutte ; f ; +home +built
        prison ; prison ; f
        swimming pool ; piscine ; f ; goal at
    """,
    "room": """
        kitchen ; cuisine ; f
        bedroom ; chambre ; f ; +quietplace
        living room ; salon ; m ; +quietplace
        room ; pièce ; f
        bathroom ; salle de bains ; f
        cellar ; cave ; f
        attic ; grenier ; m
        garage ; garage ; m
        dining room ; salle à manger ; f
        classroom ; salle de classe ; f
    """,
    "outdoor": """
        garden ; jardin ; m ; +quietplace +green +strolled
        street ; rue ; f ; +strolled
        park ; parc ; m ; goal +quietplace +green +strolled
        forest ; forêt ; f ; +strolled +wildplace
        beach ; plage ; f ; on goal +strolled +seaside
        river ; rivière ; f ; +waters
        sea ; mer ; f ; +waters
        lake ; lac ; m ; +waters
        mountain ; montagne ; f ; +wildplace +climbed
        village ; village ; m ; +town
        town ; ville ; f ; +town
        field ; champ ; m ; +green
        square ; place ; f ; on +strolled
        road ; route ; f ; on
        bridge ; pont ; m ; on +built +sight
        hill ; colline ; f ; on +climbed +wildplace
        island ; île ; f ; on
        valley ; vallée ; f ; +wildplace
        path ; chemin ; m ; on
        yard ; cour ; f
        desert ; désert ; m ; +wildplace
        meadow ; pré ; m ; +green
        harbour ; port ; m
        capital ; capitale ; f ; +town
        hamlet ; hameau ; m ; +town
        neighbourhood ; quartier ; m ; +town
    """,
    "furniture": """
        table ; table ; f ; on +thing +surface
        chair ; chaise ; f ; on +thing +surface +seat
        bed ; lit ; m ; on +thing +surface +rest
        sofa ; canapé ; m ; on +thing +surface +seat +rest
        desk ; bureau ; m ; on +thing +surface
        armchair ; fauteuil ; m ; +thing +seat +rest
        wardrobe ; armoire ; f ; +thing +opened
        shelf ; étagère ; f ; on +thing +surface
        bench ; banc ; m ; on +thing +seat
        carpet ; tapis ; m ; on +thing +surface
        mirror ; miroir ; m ; +thing
        cupboard ; placard ; m ; +thing +opened
        curtain ; rideau ; m ; +thing +opened
        stool ; tabouret ; m ; on +thing +seat
    """,
    "container": """
        bag ; sac ; m ; +thing +carried +opened
        box ; boîte ; f ; +thing +carried +opened
        basket ; panier ; m ; +thing +carried
        suitcase ; valise ; f ; +thing +carried +opened
        bottle ; bouteille ; f ; +thing +opened +vessel
        glass ; verre ; m ; sing +thing +vessel +fragile
        cup ; tasse ; f ; +thing +vessel +fragile
        plate ; assiette ; f ; +thing +fragile
        bucket ; seau ; m ; +thing +carried
        drawer ; tiroir ; m ; +opened
        bowl ; bol ; m ; +thing +vessel +fragile
        vase ; vase ; m ; +thing +fragile
        saucepan ; casserole ; f ; +thing
    """,
    "tool": """
        key ; clé ; f ; +thing
        knife ; couteau ; m ; +thing
        hammer ; marteau ; m ; +thing
        axe ; hache ; f ; +thing
        ladder ; échelle ; f ; +thing
        rope ; corde ; f ; +thing
        spoon ; cuillère ; f ; +thing
        fork ; fourchette ; f ; +thing
        broom ; balai ; m ; +thing
        brush ; brosse ; f ; +thing
        scissors ; ciseau/ciseaux ; m ; pl +thing
        saw ; scie ; f ; +thing
        needle ; aiguille ; f ; +thing
        umbrella ; parapluie ; m ; +thing +opened
    """,
    "device": """
        computer ; ordinateur ; m ; +thing +switched
        phone ; téléphone ; m ; +thing +switched
        television ; télévision ; f ; +switched
        radio ; radio ; f ; +thing +switched
        machine ; machine ; f ; +thing
        engine ; moteur ; m
        clock ; horloge ; f ; +thing
        camera ; appareil photo ; m ; +thing
        lamp ; lampe ; f ; +thing +switched
        fridge ; réfrigérateur ; m ; +opened
        oven ; four ; m ; +switched
        lift ; ascenseur ; m
        washing machine ; machine à laver ; f
        printer ; imprimante ; f ; +thing +switched
    """,
    "openable": """
        door ; porte ; f ; +opened
        window ; fenêtre ; f ; +opened
        gate ; portail ; m ; +opened
    """,
    "plant": """
        flower ; fleur ; f ; +blossom +picked
        tree ; arbre ; m ; +tall +planted
        rose ; rose ; f ; +blossom +picked +planted
        plant ; plante ; f ; +potted +planted
        grass ; herbe ; f ; mass
        oak ; chêne ; m ; +tall +planted
        leaf ; feuille ; f
        bush ; buisson ; m
        tulip ; tulipe ; f ; +blossom +picked +planted
        fir tree ; sapin ; m ; +tall +planted
        apple tree ; pommier ; m ; +tall +planted
        violet ; violette ; f ; +blossom +picked
    """,
    "nature": """
        sun ; soleil ; m ; only
        moon ; lune ; f ; only
        star ; étoile ; f
        sky ; ciel ; m ; only
        rain ; pluie ; f ; mass
        snow ; neige ; f ; mass
        wind ; vent ; m ; only
        cloud ; nuage ; m
        storm ; orage ; m
        fog ; brouillard ; m ; mass
        fire ; feu ; m
        wood ; bois ; m ; mass
        stone ; pierre ; f
    """,
    "body": """
        hand ; main ; f ; +washed
        head ; tête ; f
        eye ; œil ; m
        hair ; cheveu/cheveux ; m ; frpl +washed
        foot ; pied ; m
        leg ; jambe ; f
        arm ; bras ; m
        face ; visage ; m ; +washed
        tooth ; dent ; f
        nose ; nez ; m
        ear ; oreille ; f
        mouth ; bouche ; f
        heart ; cœur ; m
        back ; dos ; m
        finger ; doigt ; m
        beard ; barbe ; f
    """,
    "item": """
        gift ; cadeau ; m ; +thing +offered
        ball ; ballon ; m ; +thing +toy
        toy ; jouet ; m ; +thing +offered +toy
        ticket ; billet ; m ; +booked
        doll ; poupée ; f ; +thing +offered +toy
        pencil ; crayon ; m ; +thing
        pen ; stylo ; m ; +thing
        candle ; bougie ; f ; +thing +lit
        map ; carte ; f ; +thing
        stamp ; timbre ; m ; +thing
        coin ; pièce ; f ; +thing
        flag ; drapeau ; m ; +thing
        parcel ; paquet ; m ; +thing +sent +carried
        notebook ; cahier ; m ; +thing
        kite ; cerf-volant/cerfs-volants ; m ; +thing +toy
        treasure ; trésor ; m ; +hidden
        statue ; statue ; f
        money ; argent ; m ; mass
        furniture ; meuble/meubles ; m ; frpl
        blanket ; couverture ; f ; +thing
        pillow ; oreiller ; m ; +thing
        towel ; serviette ; f ; +thing
        soap ; savon ; m ; mass
        wall ; mur ; m ; +built
        roof ; toit ; m ; +built
        fence ; clôture ; f ; +built
        floor ; sol ; m
        staircase ; escalier ; m
        balcony ; balcon ; m ; on
    """,
    "mental": """
        problem ; problème ; m ; +explained +solved
        question ; question ; f ; +asked +explained
        answer ; réponse ; f ; +knowable +said
        idea ; idée ; f ; +explained +had
        secret ; secret ; m ; +said +knowable
        truth ; vérité ; f ; +said +knowable only
        lesson ; leçon ; f ; +learned +explained
        word ; mot ; m ; +learned +explained
        exercise ; exercice ; m ; +explained +done
        mistake ; erreur ; f ; +made +explained
        decision ; décision ; f
        rule ; règle ; f ; +learned +explained
        plan ; projet ; m ; +explained +had
        dream ; rêve ; m ; +had
        name ; nom ; m ; +knowable
        price ; prix ; m ; +knowable
        work ; travail ; m ; mass
        news ; nouvelle/nouvelles ; f ; frpl +heard
        advice ; conseil/conseils ; m ; frpl +given
        homework ; devoir/devoirs ; m ; frpl +done
        language ; langue ; f ; +learned
        subject ; sujet ; m ; +explained
        reason ; raison ; f ; +knowable
        help ; aide ; f ; mass
        peace ; paix ; f ; mass
        silence ; silence ; m ; mass
        light ; lumière ; f ; mass
        hope ; espoir ; m ; mass
        future ; avenir ; m ; only
        past ; passé ; m ; only
        war ; guerre ; f
        victory ; victoire ; f
        sentence ; phrase ; f ; +learned +explained
        habit ; habitude ; f
        recipe ; recette ; f ; +explained +learned
        solution ; solution ; f ; +explained
        invitation ; invitation ; f
        line ; ligne ; f
    """,
    "event": """
        party ; fête ; f ; +occasion +prepared
        trip ; voyage ; m ; +prepared
        meeting ; réunion ; f ; +occasion +prepared
        exam ; examen ; m ; +occasion +prepared
        wedding ; mariage ; m ; +occasion +prepared
        walk ; promenade ; f
        holiday ; vacance/vacances ; f ; frpl +prepared
        lunch ; déjeuner ; m ; +meal +prepared
        dinner ; dîner ; m ; +meal +prepared
        breakfast ; petit déjeuner ; m ; +meal +prepared
        meal ; repas ; m ; +prepared
        dance ; danse ; f ; +learned
        birthday ; anniversaire ; m ; +celebrated
        class ; cours ; m ; +occasion +prepared
    """,
}

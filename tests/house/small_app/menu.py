from staff import menu

menu.add("school", "Cakes", "small_app:cakes")

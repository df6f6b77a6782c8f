console.log('nobody says that this file starts the app');
